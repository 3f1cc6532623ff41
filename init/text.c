/*
 * text.c: short texts put together. Runs in every process of both programs; touches nothing but
 * the caller's buffer.
 */
#include "text.h"

#include <string.h>

bool text_join_words(char *buffer, size_t room, const char *const *words)
{
	size_t length = 0;

	for (; *words; words++) {
		size_t bytes = strlen(*words);
		bool fits = bytes < room - length;

		if (!fits)
			bytes = room - length - 1;
		memcpy(buffer + length, *words, bytes);
		length += bytes;
		if (!fits)
			break;
	}
	buffer[length] = '\0';
	return !*words;
}

char *text_number(char buffer[TEXT_NUMBER], int64_t number)
{
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char *digit = buffer + TEXT_NUMBER - 1;

	*digit = '\0';
	do
		*--digit = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		*--digit = '-';
	return memmove(buffer, digit, (size_t)(buffer + TEXT_NUMBER - digit));
}

char *text_descriptor_path(char buffer[TEXT_DESCRIPTOR], int descriptor)
{
	char number[TEXT_NUMBER];

	text_join(buffer, TEXT_DESCRIPTOR, "/proc/self/fd/", text_number(number, descriptor));
	return buffer;
}
