import type { JsonObject } from '../../base/json.ts';
import { counted } from '../../base/text.ts';
import type { Block, View } from '../view.ts';
import type { ShownSubmodel, SplitFacts, Used } from './facts.ts';
import { factsOf } from './facts.ts';
import { pictureOf } from './picture.ts';

/** A split for people: what each board takes, where the network is cut and why, and what an image costs. */
export const showSplit: View = async (context) => {
  const facts = await factsOf(context);
  const { submodels, idle } = facts;
  return {
    facts: { ...facts, image: imageOf(facts) } as unknown as JsonObject,
    svg: pictureOf(facts),
    blocks: [
      { type: 'text', text: `${counted(submodels.length, 'submodel')} at ${facts.clockMHz} MHz` },
      { type: 'gap' },
      amountsTable(facts),
      { type: 'gap' },
      ...submodels.map((submodel): Block => ({
        type: 'text',
        mark: String(submodel.position),
        text: describe(submodel, facts),
      })),
      ...(idle.length === 0 ? [] : [{ type: 'gap' } as const, idleText(facts)]),
      ...roundsText(facts, context.plan.cluster.length),
      { type: 'gap' },
      ...imageText(facts),
    ],
  };
};

const titles = { LUT: 'LUT', BRAM_18K: 'BRAM18', DSP: 'DSP', URAM: 'URAM', FF: 'FF' } as const;

/** URAM and flip-flops only if they are counted and taken. */
function amountsTable({ submodels, clockMHz }: SplitFacts): Block {
  const kinds = (['LUT', 'BRAM_18K', 'DSP', 'URAM', 'FF'] as const).filter((kind) =>
    submodels.some(({ used }) => ['LUT', 'BRAM_18K', 'DSP'].includes(kind) || (used[kind]?.amount ?? 0) > 0),
  );
  const rows = submodels.map(({ position, board, boardType, used, pace }) => [
    String(position),
    board ?? boardType,
    ...kinds.flatMap((kind) => usedCells(used[kind])),
    `${pace.isEstimate ? '≈ ' : ''}${pace.interval}`,
    rate(pace.interval, clockMHz),
  ]);
  const header = ['', 'board', ...kinds.flatMap((kind) => [titles[kind], '']), 'cycles', 'fps'];
  return {
    type: 'table',
    rows: [header, ...rows],
    numbers: header.map((_, column) => column).filter((column) => column > 1),
    flexible: [1],
    dispensable: [header.length - 1],
  };
}

function usedCells(used: Used | undefined): readonly string[] {
  const { amount = 0, share = null } = used ?? {};
  return [String(amount), share === null ? '' : `${Math.round(share * 100)} %`];
}

function rate(interval: number, clockMHz: number): string {
  const perSecond = (clockMHz * 1e6) / interval;
  return perSecond < 10 ? perSecond.toFixed(2) : String(Math.round(perSecond));
}

function describe({ position, layers, cut, outputBytes }: ShownSubmodel, { submodels }: SplitFacts): string {
  const [first, last] = [layers[0]?.name ?? '', layers.at(-1)?.name ?? ''];
  const what = `${counted(layers.length, 'layer')}, ${first}${layers.length === 1 ? '' : ` to ${last}`}`;
  if (cut === null) return `${what}; ${outputBytes} B an image come out`;
  const next = submodels[position + 1]?.board ?? null;
  return `${what}; ${outputBytes} B an image go on${next === null ? '' : ` to ${next}`}. Cut: ${cut}`;
}

function idleText({ idle, submodels, strategy }: SplitFacts): Block {
  const boards = `${idle.join(', ')} ${idle.length === 1 ? 'stays' : 'stay'} idle`;
  if (strategy === 'manual')
    return {
      type: 'text',
      text: `${boards}: ${counted(submodels.length, 'submodel')}. More cuts use more boards.`,
    };
  const fit =
    submodels.length === 1 ? 'all layers fit on one board' : `all layers fit on ${submodels.length} boards`;
  return { type: 'text', text: `${boards}: ${fit}. Cuts by hand (strategy: manual) spread them.` };
}

/** More submodels than boards: they take turns. */
function roundsText({ submodels }: SplitFacts, boards: number): readonly Block[] {
  if (boards === 0 || submodels.length <= boards) return [];
  const rounds = Math.ceil(submodels.length / boards);
  const text = `${counted(boards, 'board')} for ${submodels.length} submodels: a batch takes ${rounds} rounds, and boards are reconfigured before each.`;
  return [{ type: 'gap' }, { type: 'text', text }];
}

/** What an image costs in a batch, in clock cycles and bytes. */
interface Image {
  /** The boards take a batch one after another, so that an image costs the sum. */
  readonly cycles: number;
  /** What it would cost at least if all layers were on one board. */
  readonly alone: number;
  /** Between boards. */
  readonly transferred: number;
  readonly isEstimate: boolean;
}

/** By the time model of docs/protocol.md, `(latency + (images − 1) × interval) / clock` for each submodel, for many images. */
function imageOf({ submodels }: SplitFacts): Image {
  const intervals = submodels.map(({ pace }) => pace.interval);
  return {
    cycles: intervals.reduce((sum, one) => sum + one, 0),
    alone: Math.max(...intervals),
    transferred: submodels.slice(0, -1).reduce((sum, { outputBytes }) => sum + outputBytes, 0),
    isEstimate: submodels.some(({ pace }) => pace.isEstimate),
  };
}

function imageText(facts: SplitFacts): readonly Block[] {
  const { clockMHz, submodels } = facts;
  const { cycles, alone, transferred, isEstimate } = imageOf(facts);
  const source = isEstimate ? "by FINN's estimates (≈)" : 'by simulation';
  const milliseconds = (count: number): string => `${(count / (clockMHz * 1000)).toFixed(3)} ms`;
  if (submodels.length === 1)
    return [
      {
        type: 'text',
        text: `In a batch an image takes ${milliseconds(cycles)} (${rate(cycles, clockMHz)} img/s), ${source}.`,
      },
    ];
  return [
    {
      type: 'text',
      text: `In a batch an image takes ${milliseconds(cycles)} of the boards (${rate(cycles, clockMHz)} img/s), ${source}: each board works on the whole batch before the next one begins, so that intervals add up. On a board that holds all layers it would take at least ${milliseconds(alone)}. Cuts make room, not pace.`,
    },
    {
      type: 'text',
      text: `Beside that ${transferred} B an image cross the cuts, by way of this computer: to a board and from a board at least ${((2 * transferred * 8) / (linkMegabits * 1000)).toFixed(3)} ms at ${linkMegabits} Mbit/s. Processors and the protocol come on top.`,
    },
  ];
}

/** The network of the published set-up (docs/facts.md, `study/setup`); a faster one takes less. */
const linkMegabits = 100;
