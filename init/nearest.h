/*
 * nearest.h: how near a word is to a name that it was perhaps meant to be. For messages about
 * mistyped words; nothing is ever taken for another word.
 */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/* How many letters one would have to add, take away or change: the Levenshtein distance. */
size_t nearest_distance(const char *word, const char *name);

#endif
