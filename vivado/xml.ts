import type { Tag, QualifiedTag } from 'sax';

/** An attribute of an XML element; empty if the element has none of this name. */
export function attributeText(attributes: (Tag | QualifiedTag)['attributes'], name: string): string {
  const value = attributes[name] ?? '';
  return typeof value === 'string' ? value : value.value;
}

/** The first line of an error of the parser, which continues with the place. */
export function firstLine(message: string): string {
  return message.replace(/\n[^]*$/, '');
}
