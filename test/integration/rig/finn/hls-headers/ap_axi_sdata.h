// Words with side channels, which finn-hlslib names for DMA; the layers use none.
#pragma once
#include <ap_int.h>

template <int Bits, int User, int Id, int Destination>
struct ap_axiu {
  ap_uint<Bits> data;
  ap_uint<1> last;
};

template <int Bits, int User, int Id, int Destination>
struct ap_axis {
  ap_int<Bits> data;
  ap_uint<1> last;
};

template <int Bits, int User, int Id, int Destination>
struct qdma_axis {
  ap_uint<Bits> data;
  ap_uint<1> last;
};
