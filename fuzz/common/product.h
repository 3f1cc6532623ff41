/*
 * product.h: included before every file of the product, it puts the fuzzers' world in the system's
 * place. The system's own headers come first: they are to declare what they always do.
 */
#ifndef FUZZ_PRODUCT_H
#define FUZZ_PRODUCT_H

#include <fcntl.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "fuzz.h"

#define _exit fuzz_exit
#define openat fuzz_openat
#define read fuzz_read
#define write fuzz_write
#define close fuzz_close
#define access fuzz_access
#define getauxval fuzz_getauxval

#endif
