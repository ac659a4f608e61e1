import { expect, test } from 'vitest';
import { datatype } from '../../../finn/datatype.ts';
import { pack, packedShape } from '../../../finn/packing.ts';
import { elementCount } from '../../../base/shape.ts';
import { seeded } from '../../rig/seeded.ts';
import { counterpart } from '../rig/counterparts.ts';
import { finnOfSuite } from '../rig/finn/suite.ts';
import { pick } from '../rig/networks/foldings.ts';

counterpart('finn', () => {
  const { ask, tell } = finnOfSuite();

  test('random tensors are packed into the same bytes', async () => {
    const random = seeded(1);
    const tensors = Array.from({ length: 60 }, () => randomTensor(random));
    const theirs = await ask<readonly { shape: readonly number[]; bytes: string }[]>({
      do: 'pack',
      tensors,
    });
    for (const [index, { datatype: name, shape, values }] of tensors.entries()) {
      const packed = pack({ shape, data: Int32Array.from(values) }, name);
      const ours = { shape: packedShape(shape, name), bytes: Buffer.from(packed).toString('hex') };
      expect.soft(ours, `${name} [${shape.join()}]`).toEqual(theirs[index]);
    }
    tell('packing', {
      tensors: tensors.length,
      bytes: theirs.reduce((sum, { bytes }) => sum + bytes.length / 2, 0),
    });
  });
});

/** Values are such that float32 holds them: FINN packs wider ones by way of that and loses their last bits. */
function randomTensor(random: () => number): {
  datatype: string;
  shape: readonly number[];
  values: readonly number[];
} {
  const bits = 1 + Math.floor(random() * 32);
  const name = pick(['BIPOLAR', 'BINARY', 'TERNARY', `INT${bits}`, `UINT${Math.min(31, bits)}`], random);
  const { minimum, maximum } = datatype(name);
  const shape = Array.from({ length: 1 + Math.floor(random() * 4) }, () => 1 + Math.floor(random() * 9));
  const value = (): number => {
    const rounded = Math.fround(minimum + Math.floor(random() * (maximum - minimum + 1)));
    return rounded > maximum ? minimum : rounded;
  };
  const values = Array.from({ length: elementCount(shape) }, () =>
    name === 'BIPOLAR' ? pick([-1, 1], random) : value(),
  );
  return { datatype: name, shape, values };
}
