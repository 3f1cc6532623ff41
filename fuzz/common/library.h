/*
 * library.h: included before every file of the libraries that the product is linked with. What they
 * have taken when the product ends is theirs no more: in the product the kernel sees to that.
 */
#ifndef FUZZ_LIBRARY_H
#define FUZZ_LIBRARY_H

#include <stdlib.h>
#include <string.h>

void *fuzz_library_malloc(size_t bytes);
void *fuzz_library_calloc(size_t number, size_t bytes);
void *fuzz_library_realloc(void *taken, size_t bytes);
char *fuzz_library_strdup(const char *text);
void fuzz_library_free(void *taken);

#define malloc fuzz_library_malloc
#define calloc fuzz_library_calloc
#define realloc fuzz_library_realloc
#undef strdup
#define strdup fuzz_library_strdup
#define free fuzz_library_free

#endif
