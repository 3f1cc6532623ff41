/*
 * options.c: reads a command line from a table. Runs in both programs, before anything else.
 *
 * getopt(3) is not used: glibc's permutes, both keep their state in globals, neither has one
 * table for parsing and help.
 */
#include "options.h"

#include <string.h>

#include "message.h"

void (*options_advise)(const struct option *table, const char *word, const char *shown);

const struct option *options_find(const struct option *table, const char *name)
{
	for (; table->take; table++)
		if (table->name && !strcmp(table->name, name))
			return table;
	return NULL;
}

static const struct option *find_letter(const struct option *table, char letter)
{
	for (; table->take; table++)
		if (table->letter && table->letter == letter)
			return table;
	return NULL;
}

static noreturn void die_unknown(const struct option *table, const char *word, const char *shown)
{
	if (options_advise)
		options_advise(table, word, shown);
	die("unknown option ", shown, "; --help lists them");
}

/* `--name`, `--name=value` or `--name value`; returns the words after it. */
static char **read_long(const struct option *table, void *into, char **words)
{
	char *word = *words++;
	char *value = strchr(word, '=');
	const struct option *option;

	if (value)
		*value++ = '\0';
	option = options_find(table, word + 2);
	if (!option)
		die_unknown(table, word, word);
	if (!option->argument && value)
		die("option ", word, " takes no value");
	if (option->argument && !value && !(value = *words++))
		die("option ", word, " needs ", option->argument);
	option->take(into, option, value);
	return words;
}

/* `-x`, `-xy`, `-xvalue` or `-x value`; returns the words after it. */
static char **read_letters(const struct option *table, void *into, char **words)
{
	const char *word = *words;
	char *letter = *words++ + 1;

	while (*letter) {
		const char shown[] = {'-', *letter, '\0'};
		const struct option *option = find_letter(table, *letter++);
		char *value = NULL;

		if (!option)
			die_unknown(table, word, shown);
		if (option->argument) {
			value = *letter ? letter : *words++;
			if (!value)
				die("option ", shown, " needs ", option->argument);
			letter = strchr(value, '\0');
		}
		option->take(into, option, value);
	}
	return words;
}

char **options_read(const struct option *table, void *into, char **words)
{
	while (*words && (*words)[0] == '-' && (*words)[1]) {
		if ((*words)[1] != '-')
			words = read_letters(table, into, words);
		else if ((*words)[2])
			words = read_long(table, into, words);
		else
			return words + 1;
	}
	return words;
}

/* A help text stands in a column of its own; where the option reaches into it, on the next line. */
static void print_row(const struct option *row)
{
	static const char blanks[] = "                            ";
	const size_t column = sizeof(blanks) - 1;
	const char letter[] = {'-', row->letter, '\0'};
	const char *name = row->name ? row->name : "";
	char line[64];
	size_t length;

	text_join(line, sizeof(line), "  ", row->letter ? letter : "  ",
		  row->letter && *name ? ", "
		  : *name	       ? "  "
				       : "",
		  *name ? "--" : "", name, row->argument ? " " : "",
		  row->argument ? row->argument : "");
	length = strlen(line);
	if (length > column - 2) {
		print(line);
		line[0] = '\0';
		length = 0;
	}
	print(line, *row->help ? blanks + length : "", row->help);
}

/* Never called: it marks a row that is no option. */
void options_heading(void *into, const struct option *option, char *value)
{
	(void)into, (void)option, (void)value;
}

void options_print(const struct option *table)
{
	for (; table->take; table++) {
		if (table->take == options_heading) {
			print("");
			print(table->help, ":");
		} else if (table->help) {
			print_row(table);
		}
	}
}
