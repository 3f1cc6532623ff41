/*
 * seccomp-table.h: reads scripts/seccomp-calls. For the programs that run while building.
 */
#ifndef SECCOMP_TABLE_H
#define SECCOMP_TABLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS_MOST = 700, RULE_BYTES = 32, NAME_BYTES = 32, TEXT_BYTES = 4096 };

struct call {
	char name[NAME_BYTES];
	char rule[RULE_BYTES];
	char architecture[NAME_BYTES]; /* empty: every one */
	int number;		       /* -1: the library knows it */
	const char *reason;	       /* NULL: none */
};

struct table {
	struct call calls[CALLS_MOST];
	int count;
	char reasons[4 * TEXT_BYTES];
	size_t reasons_length;
};

static _Noreturn void table_fault(const char *what, const char *name)
{
	fprintf(stderr, "scripts/seccomp-calls: %s: %s\n", name, what);
	exit(1);
}

/* NAME, NAME=N or NAME=N@ARCHITECTURE. */
static void table_add(struct table *table, const char *rule, char *word, const char *reason)
{
	struct call *call = &table->calls[table->count++];
	char *number = strchr(word, '='), *architecture = strchr(word, '@');

	if (table->count == CALLS_MOST)
		table_fault("there are too many", word);
	if (architecture)
		*architecture++ = '\0';
	if (number)
		*number++ = '\0';
	for (int i = 0; i < table->count - 1; i++)
		if (!strcmp(table->calls[i].name, word))
			table_fault("is there twice", word);
	snprintf(call->name, sizeof(call->name), "%s", word);
	snprintf(call->rule, sizeof(call->rule), "%s", rule);
	snprintf(call->architecture, sizeof(call->architecture), "%s",
		 architecture ? architecture : "");
	call->number = number ? (int)strtol(number, NULL, 10) : -1;
	call->reason = reason;
}

/* text is a row with its further lines, RULE NAME... -- REASON. */
static void table_add_row(struct table *table, char *text)
{
	char *reason = strstr(text, " -- "), *kept = NULL, *rule, *rest = NULL;

	if (reason) {
		*reason = '\0';
		kept = table->reasons + table->reasons_length;
		table->reasons_length += strlen(reason + 4) + 1;
		if (table->reasons_length > sizeof(table->reasons))
			table_fault("there is no room for its reason", text);
		strcpy(kept, reason + 4);
	}
	rule = strtok_r(text, " ", &rest);
	for (char *word; rule && (word = strtok_r(NULL, " ", &rest));)
		table_add(table, rule, word, kept);
}

static void table_read(struct table *table, const char *path)
{
	char line[256], text[TEXT_BYTES] = "";
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		exit(1);
	}
	table->count = 0;
	table->reasons_length = 0;
	while (fgets(line, sizeof(line), file)) {
		const char *start = line + strspn(line, " ");

		line[strcspn(line, "\n")] = '\0';
		if (*line != ' ') {
			table_add_row(table, text);
			*text = '\0';
		}
		if (*line == '#')
			continue;
		if (strlen(text) + strlen(start) + 2 > sizeof(text))
			table_fault("the row is too long", start);
		strcat(strcat(text, *text && *start ? " " : ""), start);
	}
	table_add_row(table, text);
	fclose(file);
}

#endif
