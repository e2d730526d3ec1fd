package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/libp2p/go-libp2p/core/pnet"
)

// errUnsupported is in what this implementation or this program does not have; its exit code says so.
var errUnsupported = errors.New("unsupported")

const unsupportedExitCode = 127

// setup says what the nodes of this process are made of.
type setup struct {
	transport string
	security  string
	muxer     string
	// pskFile holds the key of a private network.
	pskFile string
	psk     pnet.PSK
	// quic is there only where it is asked for: what is not under test stays out.
	quic bool
	with string
}

var chosen = setup{transport: "tcp"}

var services = []string{"kad", "gossipsub", "relay", "relay-client", "autonat", "autonat-client"}

func (s *setup) addFlags(flags *flag.FlagSet) {
	flags.StringVar(&s.transport, "transport", s.transport, "what to listen with: tcp, ws, wss or quic")
	flags.StringVar(&s.security, "security", s.security, "how connections are secured: noise, tls or plaintext; noise and tls without it")
	flags.StringVar(&s.muxer, "muxer", s.muxer, "yamux")
	flags.StringVar(&s.pskFile, "psk", s.pskFile, "file with the key of a private network")
	flags.StringVar(&s.with, "with", s.with, "further services, by comma: "+strings.Join(services, ", "))
}

// check refuses what there is not; target is what is dialled.
func (s *setup) check(target string) error {
	if s.transport == "quic-v1" {
		s.transport = "quic"
	}
	if _, known := listenSuffixes[s.transport]; !known {
		return unsupported("--transport takes tcp, ws, wss or quic, not '%s'", s.transport)
	}
	if _, known := securities[s.security]; !known {
		return unsupported("--security takes noise, tls or plaintext, not '%s'", s.security)
	}
	if s.muxer != "" && s.muxer != "yamux" {
		return unsupported("--muxer takes yamux, not '%s'", s.muxer)
	}
	for _, service := range s.services() {
		if !slices.Contains(services, service) {
			return unsupported("--with takes %s, not '%s'", strings.Join(services, ", "), service)
		}
	}
	s.quic = s.transport == "quic" || strings.Contains(target, "/quic-v1")
	if s.transport == "quic" && (s.security != "" || s.muxer != "") {
		return unsupported("QUIC brings its own security and muxer: give neither")
	}
	if s.quic && (s.psk != nil || s.pskFile != "") {
		return unsupported("a private network has no QUIC")
	}
	if s.pskFile == "" {
		return nil
	}
	file, err := os.Open(s.pskFile)
	if err != nil {
		return fmt.Errorf("--psk: %w", err)
	}
	defer file.Close()
	if s.psk, err = pnet.DecodeV1PSK(file); err != nil {
		return fmt.Errorf("--psk %s: %w", s.pskFile, err)
	}
	return nil
}

func (s *setup) services() []string {
	if s.with == "" {
		return nil
	}
	return strings.Split(s.with, ",")
}

func (s *setup) has(service string) bool {
	return slices.Contains(s.services(), service)
}

// listenSuffixes by the name that --transport takes; what stands before is the port.
var listenSuffixes = map[string]string{"tcp": "", "ws": "/ws", "wss": "/tls/ws", "quic": "/quic-v1"}

func (s *setup) listenAddress(address string, port int) string {
	family, layer := "ip4", "tcp"
	if ip := net.ParseIP(address); ip != nil && ip.To4() == nil {
		family = "ip6"
	}
	if s.transport == "quic" {
		layer = "udp"
	}
	return fmt.Sprintf("/%s/%s/%s/%d%s", family, address, layer, port, listenSuffixes[s.transport])
}

func unsupported(format string, values ...any) error {
	return fmt.Errorf("%w: %s", errUnsupported, fmt.Sprintf(format, values...))
}
