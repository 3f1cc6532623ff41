# shellcheck shell=sh
# The busybox kind: a static busybox of this machine and links for its applets.
# Sourced by mkrootfs.

# The first static one; a dynamic one would look for a libc that is not there.
busybox_check() {
	if [ -n "${BUSYBOX:-}" ]; then
		set -- "$BUSYBOX"
	else
		set -- "$(command -v busybox || true)" /bin/busybox /bin/busybox.static
	fi
	dynamic=
	for busybox; do
		[ -f "$busybox" ] || continue
		check_program "$busybox"
		interpreter=$(interpreter "$busybox")
		[ -n "$interpreter" ] || return 0
		dynamic="${dynamic:-$busybox}"
	done
	[ -z "$dynamic" ] ||
		die "$dynamic is dynamically linked; on Debian, for a static one: apt-get install busybox-static"
	die "there is no busybox${BUSYBOX:+ $BUSYBOX}; on Debian: apt-get install busybox-static"
}

busybox_make() {
	install -D -m 755 -- "$busybox" "$NEW/bin/busybox"
	install_applets
	install_base
}
