/*
 * product.h: included before every file of the product, it puts the fuzzers' world in the system's
 * place. The system's own headers come first: they are to declare what they always do.
 */
#ifndef FUZZ_PRODUCT_H
#define FUZZ_PRODUCT_H

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fuzz.h"

#define _exit fuzz_exit
#define openat fuzz_openat
#define open(...) fuzz_openat(AT_FDCWD, __VA_ARGS__)
#define read fuzz_read
#define write fuzz_write
#define close fuzz_close
#define access fuzz_access
#define getauxval fuzz_getauxval
#define isatty fuzz_isatty
#define uname fuzz_uname

/* After these, so that what it opens is opened here, too. */
#include "../../init/kernel.h"
#define kernel_openat2(folder, path, how) fuzz_openat(folder, path, (int)(how)->flags)

#endif
