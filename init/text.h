/*
 * text.h: short texts put together in a buffer of the caller's: paths, numbers, NAME=VALUE.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Puts words side by side into buffer of `room` bytes. False: cut off, as there was no more room. */
bool text_join_words(char *buffer, size_t room, const char *const *words);
#define text_join(buffer, room, ...) text_join_words(buffer, room, TEXT_WORDS(__VA_ARGS__))

/* Decimal digits of a number, in the caller's buffer, which is returned. */
#define TEXT_NUMBER 21
char *text_number(char buffer[TEXT_NUMBER], int64_t number);

/* The path of an open descriptor, proc(5); the same. */
#define TEXT_DESCRIPTOR (TEXT_NUMBER + 14)
char *text_descriptor_path(char buffer[TEXT_DESCRIPTOR], int descriptor);

#endif
