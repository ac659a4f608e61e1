import { nameHint } from '../../../base/suggest.ts';
import type { AttributeValue, HardwareNode } from '../../graph.ts';
import type { AttributeRules } from '../../ops/attributes.ts';
import { expectedInstead } from '../../ops/expected.ts';
import type { Op } from '../../ops/op.ts';
import type { NodeView } from '../../ops/view.ts';
import type { Complaint } from './complaint.ts';

/** An attribute that its op does not have, that is missing, or whose value is not of its kind or not allowed. */
export function illegalAttribute(node: HardwareNode, rules: AttributeRules): Complaint | null {
  for (const [attribute, value] of Object.entries(node.attributes)) {
    const rule = Object.hasOwn(rules, attribute) ? rules[attribute] : undefined;
    if (rule === undefined)
      return { what: `has no attribute ${attribute}`, hint: nameHint(attribute, Object.keys(rules)) };
    const expected = expectedInstead(value, rule);
    if (expected !== null) return illegal(attribute, value, expected);
  }
  for (const [attribute, { initial }] of Object.entries(rules))
    if (initial === null && !Object.hasOwn(node.attributes, attribute))
      return { what: `lacks the attribute ${attribute}`, hint: 'FINN requires it' };
  return null;
}

/** A value that the node's own shape forbids, such as a PE that does not divide the channels. */
export function illegalValue(view: NodeView, op: Op): Complaint | null {
  for (const [attribute, values] of Object.entries(op.legalValues(view))) {
    const value = view.integer(attribute);
    if (!values.includes(value)) return illegal(attribute, value, values.join(', '));
  }
  return null;
}

function illegal(attribute: string, value: AttributeValue, legal: string): Complaint {
  return { what: `cannot have ${attribute} ${JSON.stringify(value)}`, hint: `legal values are ${legal}` };
}
