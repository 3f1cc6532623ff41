/* version.h: the version of both programs; semver.org. */
#ifndef VERSION_H
#define VERSION_H

#define VERSION "0.1.0"
/* The same as one word without a dot. */
#define VERSION_WORD "0-1-0"

#endif
