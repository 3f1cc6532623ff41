# shellcheck shell=sh
# Builds PROGRAM (dash or busybox) with musl-gcc in the folder BUILD: BUILD/PROGRAM.stripped.
# Usage: TOP=... sh -eu rootfs/build-musl.sh PROGRAM BUILD     (by kind-musl.sh)
program=$1
build=$2

[ -d "$build/include" ] || "$TOP/scripts/link-kernel-headers" "$build/include"
"$TOP/scripts/fetch-source" "$program" "$build/$program"
cd "$build/$program" || exit
CC="musl-gcc -isystem $build/include"
jobs=-j$(nproc)

# Debian's patches change configure.ac and Makefile.am, hence autoreconf. musl's own fnmatch and
# glob differ in corners from what dash expects: it has its own.
build_dash() {
	autoreconf --force --install
	./configure CC="$CC" CC_FOR_BUILD=musl-gcc --disable-fnmatch --disable-glob --disable-lineno
	make "$jobs"
	strip -o ../dash.stripped src/dash
}

# All but what needs the headers of flash memory (mtd/), what newer kernel headers broke (tc), the
# records of logins, which musl has not, and shells: /bin/sh is dash.
build_busybox() {
	make HOSTCC=musl-gcc defconfig </dev/null
	sed -i -E 's/^CONFIG_(FLASHCP|FLASH_ERASEALL|FLASH_LOCK|FLASH_UNLOCK|NANDWRITE|NANDDUMP|UBI[A-Z]+|TC|FEATURE_UTMP|FEATURE_WTMP|ASH|HUSH|SHELL_ASH|SHELL_HUSH|SH_IS_ASH)=y/# CONFIG_\1 is not set/
		s/^# CONFIG_SH_IS_NONE is not set/CONFIG_SH_IS_NONE=y/' .config
	# "yes" is ended by a broken pipe: a pipe's status is its last command's.
	yes '' | make HOSTCC=musl-gcc oldconfig
	make "$jobs" HOSTCC=musl-gcc CC="$CC" SKIP_STRIP=y busybox
	strip -o ../busybox.stripped busybox
}

"build_$program"
