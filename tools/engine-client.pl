#!/usr/bin/perl
# Hands a command line to the engine of its workspace and gives back what comes of it; the protocol
# is docs/internals/resident.md. Where the engine does not take it, the launcher runs it cold.
#
#   engine-client.pl SOCKET BUILD TERMINALS LAUNCHER WORD…   the command
#   engine-client.pl --start LOG WORD…                       a process in the background, the engine
#
# Needs no module but those in perl-base, and loads none for a command: each costs a millisecond.

if ($ARGV[0] eq '--start') {
    start(@ARGV[1 .. $#ARGV]);
}

my ($path, $build, $terminals, $launcher, @words) = @ARGV;
my $is_mac = $^O eq 'darwin';
my ($EINTR, $EAGAIN) = (4, $is_mac ? 35 : 11);
my $FIONREAD = $is_mac ? 0x4004667f : 0x541b;
my $pipe_before = $SIG{PIPE};

# The launcher again, which must not come here again.
sub cold {
    my ($why) = @_;
    if (grep { $_ eq '--verbose' || /^-[a-zA-Z]*v/ } @words) {
        syswrite STDERR, "Not run by the engine: $why\n";
    }
    $SIG{PIPE} = $pipe_before || 'DEFAULT';
    $ENV{CW_COLD} = $why;
    exec {'/bin/sh'} 'sh', $launcher, @words;
    exit 126;
}

# A file that is opened now must not get the number of a stream that is closed.
cold('a standard stream is closed') unless streams_open();

sub streams_open {
    return stat(STDIN) && stat(STDOUT) && stat(STDERR);
}

sub address {
    my ($name) = @_;
    return $is_mac ? pack('CCa104', 106, 1, $name) : pack('Sa108', 1, $name);
}

# An address has room for some hundred bytes; a longer path is reached from its folder.
sub reach {
    my @socket = lstat $path or cold('it is gone');
    cold('its socket belongs to somebody else') if $socket[4] != $> || $socket[2] & 022;
    socket(ENGINE, 1, 1, 0) or cold('there are no sockets');
    return connect(ENGINE, address($path)) if length($path) <= 100;
    my ($folder, $name) = $path =~ m{^(.*)/([^/]*)$}s;
    opendir(my $here, '.') or return 0;
    chdir $folder or return 0;
    my $is_connected = connect(ENGINE, address($name));
    chdir $here or exit 126;
    return $is_connected;
}

sub folder {
    my $folder = readlink '/proc/self/cwd';
    return $folder if defined $folder;
    require Cwd;
    return Cwd::getcwd();
}

sub send_frame {
    my ($kind, $payload) = @_;
    my $frame = pack('aN', $kind, length $payload) . $payload;
    my $at = 0;
    while ($at < length $frame) {
        my $sent = syswrite ENGINE, $frame, length($frame) - $at, $at;
        if (defined $sent) {
            $at += $sent;
        } elsif ($! != $EINTR) {
            return 0;
        }
    }
    return 1;
}

# Writes all of it; what is wrong where that cannot be done.
sub print_all {
    my ($stream, $bytes) = @_;
    my $at = 0;
    while ($at < length $bytes) {
        my $done = syswrite $stream, $bytes, length($bytes) - $at, $at;
        if (defined $done) {
            $at += $done;
        } elsif ($! == $EAGAIN) {
            my $ready = '';
            vec($ready, fileno $stream, 1) = 1;
            select undef, $ready, undef, undef;
        } elsif ($! != $EINTR) {
            return "$!";
        }
    }
    return '';
}

$SIG{PIPE} = 'IGNORE';
reach() or cold('it does not answer');

my $world = readlink('/proc/self/ns/mnt') || '';
my @root = stat '/';
my @fields = ('1', $build, $world, "$root[0]:$root[1]", sprintf('%04o', umask), folder());
my @variables = map { "$_=$ENV{$_}" }
    grep { /^(CATCHWATER_.*|AWS_.*|HADOOP_USER_NAME|HOME|XDG_STATE_HOME|NO_COLOR|TERM|LANG|LC_ALL|LC_CTYPE)$/ } keys %ENV;
my $request = join "\0", @fields, $terminals, scalar @words, @words, @variables, '';
cold('its command line is too long') if length $request > 8 << 20;
send_frame('R', $request) or cold('it does not listen');

my $is_begun = 0;
my $wanted = 0;
my $output_failure = '';
my $received = '';

sub lost {
    cold('it ended') unless $is_begun;
    syswrite STDERR,
        "Error: The engine ended before the command did: what it changed is not known\n";
    exit 1;
}

# What came from the engine, frame by frame.
sub take {
    my ($kind, $payload) = @_;
    if ($kind eq 'O') {
        unless ($output_failure) {
            $output_failure = print_all(\*STDOUT, $payload);
            send_frame('B', $output_failure) if $output_failure;
        }
    } elsif ($kind eq 'E') {
        print_all(\*STDERR, $payload);
    } elsif ($kind eq 'N') {
        $wanted = unpack 'N', $payload;
    } elsif ($kind eq 'A') {
        my $count = pack 'l', 0;
        $count = pack 'l', 0 unless defined ioctl STDIN, $FIONREAD, $count;
        send_frame('V', pack 'N', unpack 'l', $count);
    } elsif ($kind eq 'S') {
        send_frame('S', '');
    } elsif ($kind eq 'G') {
        $is_begun = 1;
    } elsif ($kind eq 'X') {
        exit ord $payload;
    } elsif ($kind eq 'C') {
        cold($payload);
    } else {
        lost();
    }
}

# One read of what the command asked for.
sub read_input {
    my $got = sysread STDIN, my $bytes, $wanted;
    if (defined $got) {
        $wanted = 0;
        send_frame('I', $bytes);
    } elsif ($! != $EINTR && $! != $EAGAIN) {
        $wanted = 0;
        send_frame('J', "$!");
    }
}

my $engine = fileno ENGINE;
while (1) {
    if ($wanted) {
        # Standard input and the engine, whichever has something.
        my $ready = '';
        vec($ready, 0, 1) = 1;
        vec($ready, $engine, 1) = 1;
        my $count = select $ready, undef, undef, undef;
        next if $count < 0;
        read_input() if vec $ready, 0, 1;
        next unless vec $ready, $engine, 1;
    }
    my $got = sysread ENGINE, $received, 1 << 17, length $received;
    next if !defined $got && $! == $EINTR;
    lost() unless $got;
    while (length $received >= 5) {
        my ($kind, $size) = unpack 'aN', $received;
        last if length $received < 5 + $size;
        my $payload = substr $received, 5, $size;
        substr($received, 0, 5 + $size) = '';
        take($kind, $payload);
    }
}

# Starts a process that outlives this one: a session of its own, no stream and no file of ours.
sub start {
    my ($log, @command) = @_;
    require POSIX;
    my $child = fork;
    exit(defined $child ? 0 : 1) if $child || !defined $child;
    POSIX::setsid();
    chdir '/';
    POSIX::close($_) for 3 .. 255;
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', $log or open STDERR, '>', '/dev/null';
    exec { $command[0] } @command;
    exit 126;
}
