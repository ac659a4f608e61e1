/** A file of this program; the bundle puts everything below one folder, whichever chunk this code ends up in. */
export function ownFile(name: string): URL {
  const here = new URL('.', import.meta.url);
  return new URL(here.pathname.endsWith('/chunks/') ? `../${name}` : name, here);
}
