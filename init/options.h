/*
 * options.h: how a command line is read, from a table.
 *
 * Owns: the grammar (`-x value`, `-xvalue`, `-xy`, `--name value`, `--name=value`, `--`, the end
 * at the first word that is no option) and the form of --help. Both programs have a table of
 * this kind; what an option means stands in its row's function.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

struct option {
	const char *name;     /* long, without its dashes; NULL where there is only a letter */
	char letter;	      /* 0 where there is only a name */
	const char *argument; /* as --help shows it; NULL: the option takes none */
	const char *help;     /* NULL: not shown, as for a second name; "": the manual has it */

	/* value is NULL without an argument; it may be written to and lives until the start. */
	void (*take)(void *into, const struct option *option, char *value);
};

/* A row that is no option but a line of --help above those that follow. */
#define OPTIONS_HEADING(text)                        \
	{                                            \
		NULL, 0, NULL, text, options_heading \
	}
void options_heading(void *into, const struct option *option, char *value);

/*
 * Called, where main has set it, with an unknown option: the whole word (without a value after `=`),
 * and what of it is none, which is the same or one of its letters with a dash. It ends the program
 * where it knows what to say, and else returns.
 */
extern void (*options_advise)(const struct option *table, const char *word, const char *shown);

/*
 * Reads options from words (NULL-terminated) into `into` and returns the first word that is not
 * one. table ends with a row without `take`. Bad input ends the program with one line.
 */
char **options_read(const struct option *table, void *into, char **words);

/* The row of that long name, or NULL. */
const struct option *options_find(const struct option *table, const char *name);

/* The rows with their help texts in a column, on standard output, at most 80 wide. */
void options_print(const struct option *table);

#endif
