import type { Tag, QualifiedTag } from 'sax';

/** An attribute of an XML element; empty if it has no attribute of this name. */
export function attributeText(attributes: (Tag | QualifiedTag)['attributes'], name: string): string {
  const value = attributes[name] ?? '';
  return typeof value === 'string' ? value : value.value;
}

/** The first line of a parser error; the following lines give the place. */
export function firstLine(message: string): string {
  return message.replace(/\n[^]*$/, '');
}
