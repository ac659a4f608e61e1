/** The parameters by which a stage takes images. */
export const imageParams = {
  inputs: { type: 'string', description: '.npy file of images along the first axis.' },
  count: { type: 'integer', minimum: 1, description: 'How many of the images to use; all by default.' },
} as const;
