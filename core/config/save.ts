import { isAbsolute, normalize } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { folderOf, readListed } from '../contracts/listed.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Registry } from '../contracts/registry.ts';
import { layoutOf } from '../state/layout.ts';
import type { ConfigDocument } from './document.ts';
import { namedFiles } from './files.ts';
import type { WrittenStages } from './references.ts';

/** What would be spoilt if results were copied to where stages want them, and folders that two stages want. */
export function saveMistakes(
  { stages, secrets, cache, file }: Pick<Plan, 'stages' | 'secrets' | 'cache'> & { readonly file: string },
  registry: Registry,
  document: ConfigDocument,
): readonly Diagnostic[] {
  const saved = stages.flatMap(({ name, save }) => (save === null ? [] : [{ name, save }]));
  if (saved.length === 0) return [];
  const { decisions } = layoutOf('', file);
  const own = [file, decisions, ...secrets, ...(cache === null ? [] : [cache])];
  const inputs = namedFiles(steps(stages), registry);
  return saved.flatMap(({ name, save }, index) => {
    const report = (code: string, message: string, hint: string) => [
      problem(code, message, { hint, place: document.place(['stages', name, 'save']) }),
    ];
    if (isAbsolute(save) || save === '.' || save === '..' || save.startsWith('../'))
      return report(
        'config/save-outside',
        `${save} is not a folder in that of the pipeline file`,
        'such as results/',
      );
    const [first = ''] = save.split('/').filter((part) => reserved.includes(part.toLowerCase()));
    if (first !== '') return report('config/save-reserved', `${first} is not a place for results`, elsewhere);
    const used = own.find((path) => overlap(normalize(path), save));
    if (used !== undefined) return report('config/save-reserved', `${save} would replace ${used}`, elsewhere);
    const input = inputs
      .map((list) =>
        inputIn(
          list.map(({ file: one }) => one),
          save,
        ),
      )
      .find((one) => one !== null);
    if (input !== undefined)
      return report(
        'config/save-input',
        `${save} and the input ${input} share files: results would become inputs`,
        `name a folder without inputs, or add !${save} to a list of inputs`,
      );
    const other = saved.slice(0, index).find((earlier) => overlap(earlier.save, save));
    if (other === undefined) return [];
    const message = `"${other.name}" already saves its results in ${other.save}`;
    return report('config/save-twice', message, 'each stage has a folder of its own');
  });
}

const reserved = ['.pipeline', '.git'];
const elsewhere = 'name another folder, such as results/';

/** Also those that the toolchain adds: one of their inputs can come from another section. */
function steps(stages: Plan['stages']): WrittenStages {
  return Object.fromEntries(stages.map(({ name, kind, params }) => [name, { kind, with: params }]));
}

/** The first of a list of inputs that may name files in the folder; null if none does. */
function inputIn(list: readonly string[], save: string): string | null {
  const entries = list.map((text) => ({ text, ...readListed(text) }));
  const found = entries.findIndex(
    ({ isExclusion, isPattern, what }) =>
      !isExclusion && (isPattern ? mayMatchIn(what, save) : overlap(what, save)),
  );
  const isExcluded = entries
    .slice(found + 1)
    .some(({ isExclusion, isPattern, what }) => isExclusion && !isPattern && holds(what, save));
  return found < 0 || isExcluded ? null : (entries[found]?.text ?? null);
}

/** Whether files in the folder may match. Without `**` a pattern is as deep as what it matches. */
function mayMatchIn(pattern: string, save: string): boolean {
  const isDeepEnough = /\*\*|\{/.test(pattern) || pattern.split('/').length > save.split('/').length;
  return isDeepEnough && overlap(folderOf(pattern), save);
}

function overlap(a: string, b: string): boolean {
  return holds(a, b) || holds(b, a);
}

/** Whether a path is that of a folder, or of something in it; '' is the project. */
function holds(folder: string, path: string): boolean {
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
}
