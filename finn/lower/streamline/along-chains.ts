import type { Rule } from '../rewrite.ts';
import { batchNormToAffine, divToMul, subToAdd } from './affine-forms.ts';
import { collapseAdds, collapseMuls } from './collapse.ts';
import {
  moveAddPastConv,
  moveAddPastMatMul,
  moveAddPastMul,
  moveMulPastConv,
  moveMulPastMatMul,
  moveMulPastMaxPool,
  movePastInvariants,
} from './move.ts';
import { absorbSigns, factorOutSigns } from './signs.ts';
import { absorbAdd, absorbBias, absorbMul } from './thresholds.ts';

/**
 * Arithmetic along networks without branches, in the order that FINN+ 1.6.1 `Streamline` and `StreamlinePlus` have in common.
 * `behindBiases` follows the first biases in thresholds.
 */
export function alongChains(behindBiases: readonly Rule[] = []): readonly Rule[] {
  return [
    subToAdd,
    divToMul,
    batchNormToAffine,
    moveMulPastMaxPool,
    absorbBias,
    ...behindBiases,
    movePastInvariants,
    moveAddPastMul,
    moveAddPastMatMul,
    moveAddPastConv,
    moveMulPastMatMul,
    moveMulPastConv,
    moveAddPastMul,
    collapseAdds,
    collapseMuls,
    moveMulPastMaxPool,
    absorbAdd,
    factorOutSigns,
    absorbMul,
    absorbSigns,
  ];
}
