import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { boardType } from '../boards/data.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { attempt } from '../base/refusal.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { shownPath } from '../base/shown-path.ts';
import { pipelineFile } from '../core/state/layout.ts';
import { jsonLine } from '../reporters/json.ts';
import { checkImages, numpyType, sampleImages } from '../stages/survey/images.ts';
import type { Survey } from '../stages/survey/survey.ts';
import { survey } from '../stages/survey/survey.ts';
import { readEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { surveyLines } from './init/shown.ts';
import type { NewProject } from './init/template.ts';
import { pipelineText } from './init/template.ts';
import type { NewFile } from './init/write.ts';
import { ignoring, ownedBy, refuseToOverwrite, writeProject } from './init/write.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { fail, show } from './options.ts';

export interface InitOptions extends Pick<CommonOptions, 'directory' | 'json'> {
  /** A .npy file, relative to the working directory. */
  readonly images?: string;
  readonly boards: number;
  /** A type of board. */
  readonly board: string;
  readonly force?: boolean;
}

/** How many random images are made, and of how many given ones a new project uses the first. */
const counts = { sample: 4, most: 100 };
const sampleFile = 'sample-images.npy';

/**
 * `pipeline init MODEL`: says what becomes of a network, and writes a pipeline.yaml for it that runs on emulated boards. If the
 * network is refused, it says why and writes nothing.
 */
export function init(model: string, options: InitOptions): ExitCode {
  const isJson = options.json === true;
  const environment = readEnvironment({ directory: options.directory ?? '.' });
  const folder = environment.project;
  const draft = draftOf(resolve(model), folder, options);
  if (!draft.ok) return refused(draft.diagnostics, isJson, environment);
  const { project, files } = draft.value;
  const added = [{ name: pipelineFile, contents: pipelineText(project) }, ...files];
  const inTheWay = options.force === true ? [] : refuseToOverwrite(folder, added);
  const { out } = environment;
  const type = numpyType(project.survey.input.datatype);
  if (!isJson) out.write(`${surveyLines(project, type).join('\n')}\n`);
  const { warnings, cutting } = project.survey;
  show([...warnings, ...cutting.obstacles.map(asWarning)], isJson, environment);
  if (inTheWay.length > 0) return fail(inTheWay, isJson, environment);
  const ignored = ignoring(folder, ['.pipeline/', 'cluster.key']);
  const written = writeProject(folder, [...added, ignored]);
  if (!written.ok) return fail(written.diagnostics, isJson, environment);
  if (isJson) out.write(jsonLine(asJson(project, type, written.value)));
  else out.write(`${nextLines(project, written.value, options.directory).join('\n')}\n`);
  return 0;
}

interface Draft {
  readonly project: NewProject;
  /** Besides pipeline.yaml. */
  readonly files: readonly NewFile[];
}

function draftOf(path: string, folder: string, { images, board, boards }: InitOptions): Result<Draft> {
  const missing = [path, ...(images === undefined ? [] : [resolve(images)])].filter((file) => !isFile(file));
  if (missing.length > 0)
    return failure(...missing.map((file) => problem('file/missing', `there is no file ${shownPath(file)}`)));
  const beside = (name: string): Uint8Array | null => {
    const file = join(dirname(path), name);
    return isFile(file) ? readFileSync(file) : null;
  };
  const seen = attempt(() => survey(readFileSync(path), beside, boardType(board), boards));
  if (!seen.ok) return seen;
  const chosen = imagesOf(images, folder, seen.value);
  if (!chosen.ok) return chosen;
  const { data } = seen.value;
  const model = ownedBy(folder, path);
  const values = data === null ? null : ownedBy(folder, join(dirname(path), data));
  return success({
    project: {
      model: model.name,
      data: values?.name ?? null,
      ...chosen.value.named,
      board,
      boards,
      survey: seen.value,
    },
    files: [model.copy, values?.copy ?? null, chosen.value.file].filter((file) => file !== null),
  });
}

interface Images {
  readonly named: Pick<NewProject, 'images' | 'count' | 'isSample'>;
  readonly file: NewFile | null;
}

function imagesOf(images: string | undefined, folder: string, { input }: Survey): Result<Images> {
  if (images === undefined) {
    const contents = sampleImages(input, counts.sample);
    const named = { images: sampleFile, count: null, isSample: true };
    return success({ named, file: { name: sampleFile, contents } });
  }
  const path = resolve(images);
  const checked = checkImages(readFileSync(path), shownPath(images), input);
  if (!checked.ok) return checked;
  const { name, copy } = ownedBy(folder, path);
  const count = checked.value > counts.most ? counts.most : null;
  return success({ named: { images: name, count, isSample: false }, file: copy });
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** The code 1 for a network that is refused: the command was right. */
function refused(diagnostics: readonly Diagnostic[], isJson: boolean, environment: Environment): ExitCode {
  const code = fail(diagnostics, isJson, environment);
  if (!isJson) environment.error.write('nothing was written; change that and repeat pipeline init\n');
  return code;
}

/** Emulated boards run a layer that fits no board. */
function asWarning(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: 'warning' };
}

function nextLines(
  { isSample }: NewProject,
  written: readonly string[],
  directory: string | undefined,
): readonly string[] {
  const names = written.length === 0 ? 'nothing: all of it is there' : written.map(shownPath).join(', ');
  return [
    `wrote ${names}`,
    ...(isSample ? [`${sampleFile} holds random images: replace it by your own`] : []),
    `next: pipeline run${directory === undefined ? '' : ` -C ${shownPath(directory)}`}`,
  ];
}

function asJson(
  { survey: seen, ...project }: NewProject,
  images: string,
  written: readonly string[],
): object {
  const { warnings: _shown, cutting, data: _named, ...network } = seen;
  const { obstacles: _warned, ...cuts } = cutting;
  return { type: 'init', ...project, ...network, imageType: images, cutting: cuts, written };
}
