export const schema = { type: 'object', additionalProperties: false, properties: {} } as const;
