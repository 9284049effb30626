#pragma once

// FLINT 3 holds Arb and keeps its headers in flint/; before it, Arb is a library of its own beside FLINT. Only .cpp
// files and headers of this folder include this one.
#include <flint/flint.h>
#include <flint/fmpq.h>
#include <flint/fmpz.h>
#include <flint/ulong_extras.h>
#include <gmp.h>
#if __has_include(<flint/acb.h>)
#include <flint/acb.h>
#else
#include <acb.h>
#endif
