export const schema = {
  type: 'object',
  required: ['model'],
  additionalProperties: false,
  properties: { model: { type: 'string' }, data: { type: 'string' } },
} as const;
