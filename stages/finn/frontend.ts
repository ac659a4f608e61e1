/** The embedded front end writes one version of FINN's dialect; a change of what it writes raises a stage's recipe. */
export const frontendTools: { readonly [name: string]: string } = {
  frontend: 'embedded',
  dialect: 'finn-plus 1.6.1',
};
