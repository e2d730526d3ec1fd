package main

import (
	"crypto/ed25519"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/p2p/security/insecure"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/p2p/transport/websocket"
)

// securities by the name that --security takes; without it a node has noise and TLS, noise first.
var securities = map[string]libp2p.Option{
	"": libp2p.ChainOptions(
		libp2p.Security(noise.ID, noise.New),
		libp2p.Security(libp2ptls.ID, libp2ptls.New),
	),
	"noise":     libp2p.Security(noise.ID, noise.New),
	"tls":       libp2p.Security(libp2ptls.ID, libp2ptls.New),
	"plaintext": libp2p.Security(insecure.ID, insecure.NewWithIdentity),
}

// newNode has everything at its default, but transports and security: what is not under test stays out.
// A benchmark holds more connections and streams than the resource manager's defaults give.
func newNode(seed string, benchmark bool, listen ...string) (host.Host, error) {
	keys := keyLog()
	webSocketOptions := []any{websocket.WithTLSClientConfig(&tls.Config{InsecureSkipVerify: true, KeyLogWriter: keys})}
	if chosen.transport == "wss" {
		config, err := selfSigned()
		if err != nil {
			return nil, err
		}
		config.KeyLogWriter = keys
		webSocketOptions = append(webSocketOptions, websocket.WithTLSConfig(config))
	}
	options := []libp2p.Option{
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Transport(websocket.New, webSocketOptions...),
		securities[chosen.security],
		libp2p.UserAgent(agent()),
	}
	if chosen.quic {
		options = append(options, quicTransport(keys))
	}
	if chosen.psk != nil {
		options = append(options, libp2p.PrivateNetwork(chosen.psk))
	}
	options = append(options, chosen.serviceOptions()...)
	if len(listen) > 0 {
		options = append(options, libp2p.ListenAddrStrings(listen...))
	} else {
		options = append(options, libp2p.NoListenAddrs)
	}
	if seed != "" {
		bytes, err := hex.DecodeString(seed)
		if err != nil || len(bytes) != ed25519.SeedSize {
			return nil, fmt.Errorf("--seed takes %d bytes in hex", ed25519.SeedSize)
		}
		key, err := crypto.UnmarshalEd25519PrivateKey(ed25519.NewKeyFromSeed(bytes))
		if err != nil {
			return nil, err
		}
		options = append(options, libp2p.Identity(key))
	}
	if benchmark {
		options = append(options, libp2p.ResourceManager(&network.NullResourceManager{}))
	}
	node, err := libp2p.New(options...)
	if err != nil {
		return nil, err
	}
	node.SetStreamHandler(echoProtocol, handleEcho)
	node.SetStreamHandler(perfProtocol, handlePerf)
	return node, nil
}

// agent names the library and its version; by default the library names the program that uses it.
func agent() string {
	if information, ok := debug.ReadBuildInfo(); ok {
		for _, module := range information.Deps {
			if module.Path == "github.com/libp2p/go-libp2p" {
				return "go-libp2p/" + strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return "go-libp2p"
}
