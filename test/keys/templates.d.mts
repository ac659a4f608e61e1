export function templateDigests(): { readonly [folder: string]: string };
