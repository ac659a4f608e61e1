// The floating-point numbers of 16 bits that finn-hlslib names; layers on whole numbers make none.
#pragma once

struct half {
  float value;
  half(float from = 0) : value(from) {}
  operator float() const { return value; }
};
