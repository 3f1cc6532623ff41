/*
 * fuzz.h: what all fuzzers have in common. Each is one file of fuzz/ that defines fuzz_one.
 *
 * Owns: the world that the product's code runs in here. Its _exit(2) comes back to the harness, its
 * memory is malloc(3)'s, so that the address sanitizer sees every byte too far, and files by an
 * absolute path are those that the harness made up. product.h is what puts these in the place of the
 * system's.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

/* One input. What the one before left has gone: memory, files, descriptors, messages. */
void fuzz_one(const char *data, size_t size);

/* Before the first input; what it takes of memory_take stays. Does nothing unless defined. */
void fuzz_start(void);

/*
 * Runs code of the product, which may end the program. True: it came back. Its end with another
 * status than 0 must have said a line; every line is looked at: one, with no control character in it.
 */
bool fuzz_run(void (*run)(void *context), void *context);

/* How many lines it has said since the input began. */
extern unsigned int fuzz_lines;

/* A descriptor to which goes what is no text on standard output; -1: what is written there is lines. */
extern int fuzz_output;

/* A finding: says which, and ends the fuzzer. */
noreturn void fuzz_fail(const char *file, int line, const char *text);
#define fuzz_check(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

/*
 * The next part of an input, up to a line "%%" or the end, in memory of its own that is no byte
 * longer; text[length] is a NUL byte.
 */
struct fuzz_input {
	const char *next, *end;
};
struct fuzz_text {
	char *text;
	size_t length;
};
struct fuzz_text fuzz_part(struct fuzz_input *input);

/* Each byte 1 becomes 500 letters and the first byte 2 65,000: what is long. */
struct fuzz_text fuzz_grow(struct fuzz_text text);

/* The words of a text, one a line, each in memory of its own; NULL-terminated, after `before`. */
char **fuzz_words(const char *before, const char *text);

/*
 * Reads three numbers of 32 bits with any number of spaces before each, and moves text behind them.
 * False, and text where it was: there are no three.
 */
bool fuzz_numbers(const char **text, uint32_t numbers[3]);

/* Lets the product find a file; path is a constant. */
void fuzz_file(const char *path, const char *bytes, size_t length);

/* A descriptor that stays through all inputs, out of the product's reach. */
int fuzz_keep(int descriptor);

/* An open descriptor, always the same number, with these bytes to be read; the product may close it. */
enum { FUZZ_ARGUMENTS = 900 };
void fuzz_arguments(const char *bytes, size_t length);

/* Whether no descriptor is open that was not when the input began. */
bool fuzz_all_closed(void);

/* Whether two texts are the same, or both NULL. */
bool fuzz_same(const char *one, const char *other);

/* Fails where the two do not describe the same container. */
struct init;
void fuzz_check_same(const struct init *one, const struct init *other);

/* What must hold of every struct init that the options were read into. */
void fuzz_check_init(const struct init *init);

/* What the product's libraries have taken of memory, see library.h, is given back. */
void fuzz_library_release(void);

/* In place of the system's calls, for product.h. */
noreturn void fuzz_exit(int status);
int fuzz_openat(int folder, const char *path, int flags, ...);
ssize_t fuzz_read(int descriptor, void *bytes, size_t count);
ssize_t fuzz_write(int descriptor, const void *bytes, size_t count);
int fuzz_close(int descriptor);
int fuzz_access(const char *path, int mode);
unsigned long fuzz_getauxval(unsigned long type);
int fuzz_isatty(int descriptor);
struct utsname;
int fuzz_uname(struct utsname *system);

/* What fuzz_getauxval says: the caller's ids. */
extern uint32_t fuzz_uid, fuzz_gid;

#endif
