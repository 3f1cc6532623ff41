/*
 * nearest.c: how near a word is to a name. Runs in both programs, while options are read.
 */
#include "nearest.h"

#include <stdint.h>
#include <string.h>

/* No name is longer: options and capabilities are names that a person types. */
enum { NAME_LETTERS = 31 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

size_t nearest_distance(const char *word, const char *name)
{
	size_t row[NAME_LETTERS + 1], length = strlen(name);

	if (length > NAME_LETTERS)
		return SIZE_MAX;
	for (size_t i = 0; i <= length; i++)
		row[i] = i;
	for (size_t line = 1; *word; word++, line++) {
		size_t diagonal = row[0];

		row[0] = line;
		for (size_t i = 1; i <= length; i++) {
			size_t above = row[i];

			row[i] = least(above + 1, row[i - 1] + 1,
				       diagonal + (size_t)(*word != name[i - 1]));
			diagonal = above;
		}
	}
	return row[length];
}
