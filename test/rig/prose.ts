import ts from 'typescript';

/**
 * The prose of a Markdown file: code, addresses of links and pictures are masked. Like `proseOfSource`, it is as long as the text and
 * has the same line breaks, so a position in it is one in the file; each masked character is a NUL, which no phrase contains.
 */
export function proseOfMarkdown(text: string): string {
  return text.replace(/^```.*?^```/gms, masked).replace(/`[^`]*`|\]\([^)]*\)/g, masked);
}

/** The prose of a TypeScript file: comments, and string literals of more than one word. The rest is masked. */
export function proseOfSource(text: string): string {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const ranges = new Map<number, number>();
  const noteComments = (comments: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of comments ?? []) ranges.set(pos, end);
  };
  const visit = (node: ts.Node): void => {
    noteComments(ts.getLeadingCommentRanges(text, node.pos));
    noteComments(ts.getTrailingCommentRanges(text, node.end));
    const start = node.getStart(file);
    const isLiteral =
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node);
    if (isLiteral && /\S\s\S/.test(node.text)) ranges.set(start, node.end);
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  let prose = '';
  let at = 0;
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    if (start < at) continue;
    prose += masked(text.slice(at, start)) + withoutMarks(text.slice(start, end));
    at = end;
  }
  return prose + masked(text.slice(at));
}

function masked(text: string): string {
  return text.replace(/\S/g, '\0');
}

/** Without the marks of comments, so that a phrase may go on in the next line; words in backticks are names. */
function withoutMarks(text: string): string {
  const blank = (marks: string): string => marks.replace(/\S/g, ' ');
  const unmarked = text.startsWith('/*')
    ? text.replace(/^\/\*+|\*\/$|^\s*\*(?!\/)/gm, blank)
    : text.replace(/^\/\//, blank);
  return text.startsWith('/') ? unmarked.replace(/`[^`\n]*`/g, masked) : unmarked;
}
