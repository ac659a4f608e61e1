import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { member } from '../base/member.ts';
import { attemptLater } from '../base/refusal.ts';
import { shownPath } from '../base/shown-path.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine, styled } from '../reporters/style.ts';
import { views } from '../stages/show.ts';
import type { ShowContext, Shown, ShownResults } from '../stages/view.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import type { KnownResults } from './known-results.ts';
import { knownResults } from './known-results.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { fail, show as showDiagnostics } from './options.ts';
import { outputNamed } from './output-name.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';
import { blockLines } from './show-lines.ts';
import { showResults } from './show-results.ts';

export interface ShowOptions extends PlanOptions {
  /** A file for the picture, relative to the current folder. */
  readonly svg?: string;
  readonly force?: boolean;
}

/** `pipeline show STAGE`: what a stage, or one action of it, made; from its last result if it is not up to date. */
export async function show(name: string, options: ShowOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const { out } = environment;
  const isJson = options.json === true;
  const refused = (...diagnostics: readonly Diagnostic[]) => fail(diagnostics, isJson, environment);
  const opened = await openProject(environment, options);
  if (!opened.ok) return refused(...opened.diagnostics);
  const named = outputNamed(name, opened.value.plan);
  if (!named.ok) return refused(...named.diagnostics);
  const { stage, target, port } = named.value;
  if (port !== null)
    return refused(
      problem('usage/unknown-target', `"${name}" is an output`, {
        hint: `pipeline show ${target} shows all, pipeline get ${name} copies it`,
      }),
    );
  const known = await knownResults(target, opened.value, environment);
  if (!known.ok) return refused(...known.diagnostics);
  const shown = await attemptLater(() =>
    shownOf(contextOf(named.value.stage, known.value, opened.value, environment)),
  );
  if (!shown.ok) return refused(...shown.diagnostics);
  const unwritten =
    options.svg === undefined ? null : writePicture(shown.value, name, options.svg, options.force === true);
  if (unwritten !== null) return refused(unwritten);
  const { outdated } = known.value;
  if (outdated !== null) showDiagnostics([outdated], isJson, environment);
  const emulated = known.value.results.some(({ record }) => record.emulated);
  if (isJson) {
    out.write(
      jsonLine({ type: 'shown', stage: stage.name, kind: stage.kind, emulated, ...shown.value.facts }),
    );
    return 0;
  }
  const mark = emulated ? ` ${styled('yellow', 'EMULATED', out.hasColour)}` : '';
  const lines = blockLines(shown.value.blocks, out);
  out.write(
    `${styled('bold', harmlessLine(target), out.hasColour)} (${stage.kind})${mark}\n\n${lines.join('\n')}\n`,
  );
  return 0;
}

async function shownOf(context: ShowContext): Promise<Shown> {
  const view = views[context.stage.kind];
  return view === undefined ? showResults(context) : (await view())(context);
}

function contextOf(
  stage: ShowContext['stage'],
  known: KnownResults,
  project: Project,
  environment: Environment,
): ShowContext {
  return {
    plan: project.plan,
    stage,
    own: readable(known),
    async of(other) {
      const found = await knownResults(other, project, environment);
      return found.ok && found.value.outdated === null ? readable(found.value) : null;
    },
  };
}

function readable({ results, store }: KnownResults): ShownResults {
  return {
    results,
    async read(label, port, path) {
      const { record } = results.find((result) => result.label === label) ?? {};
      const entry = member(record?.outputs ?? {}, port)?.files.find((file) => file.path === path);
      return entry === undefined ? null : store.read(entry);
    },
  };
}

function writePicture({ svg }: Shown, name: string, file: string, isForced: boolean): Diagnostic | null {
  if (svg === null)
    return problem('usage/no-picture', `there is no picture of ${name}`, { hint: 'there is one of a split' });
  if (!isForced && existsSync(resolve(file)))
    return problem('usage/file-exists', `${shownPath(file)} already exists`, {
      hint: 'use --force to overwrite it, or name another file',
    });
  writeFileSync(resolve(file), svg);
  return null;
}
