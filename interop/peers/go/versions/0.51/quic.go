package main

import (
	"io"

	"github.com/libp2p/go-libp2p"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
)

func quicTransport(keys io.Writer) libp2p.Option {
	if keys == nil {
		return libp2p.Transport(quic.NewTransport)
	}
	return libp2p.Transport(quic.NewTransport, quic.WithTLSIdentityOption(libp2ptls.WithKeyLogWriter(keys)))
}
