# shellcheck shell=sh
# The musl kind: dash and busybox from Debian's source packages, dynamically linked with musl.
# What was built is kept, since it takes a minute; remove that folder to build anew.
# Sourced by mkrootfs.

TOP=$(dirname -- "$HERE")
CACHE=${MUSL_ROOTFS_CACHE:-$TOP/build/musl-rootfs}

musl_check() {
	# The rootfs's libc is this machine's.
	need musl-gcc musl-tools
	[ ! -x "$CACHE/busybox" ] || [ ! -x "$CACHE/dash" ] || return 0
	need gcc gcc
	need make make
	need strip binutils
	need dpkg-source dpkg-dev
	need bzip2 bzip2
	need autoreconf autoconf
	need automake automake
	[ -d /usr/include/linux ] ||
		die 'the headers of the kernel are missing; on Debian: apt-get install linux-libc-dev'
}

# Two rootfs may ask for the same build at once.
musl_build() {
	mkdir -p "$CACHE" 2>/dev/null || die "cannot make $CACHE"
	CACHE=$(readlink -f -- "$CACHE")
	exec 8<"$CACHE"
	flock 8
	for program in dash busybox; do
		[ ! -x "$CACHE/$program" ] || continue
		say "musl: building $program from its source package"
		mkdir -p "$STATE/build"
		run sh -eu "$HERE/build-musl.sh" "$program" "$STATE/build" >"$STATE/output" || {
			cat "$STATE/output" "$STATE/log" >"$CACHE/$program.log"
			die "cannot build $program; see $CACHE/$program.log"
		}
		# Another filesystem perhaps: the name in the cache must not show half a file.
		cp -- "$STATE/build/$program.stripped" "$CACHE/$program.new"
		mv -- "$CACHE/$program.new" "$CACHE/$program"
	done
	exec 8<&-
}

# $TOP in the environment is for the build.
musl_make() {
	export TOP
	musl_build
	mkdir -p "$NEW/bin" "$NEW/lib"
	cp -- "$CACHE/busybox" "$CACHE/dash" "$NEW/bin/"
	ln -s dash "$NEW/bin/sh"
	# The loader's name is in the programs, and the loader is the libc.
	loader=$(interpreter "$NEW/bin/dash")
	cp -L -- "$loader" "$NEW/lib/libc.so"
	ln -s libc.so "$NEW$loader"
	install_applets
	install_base
}
