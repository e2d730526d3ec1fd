package main

import (
	"context"

	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/host"
)

// services that are not options of the node itself.
type attached struct {
	kad       *dht.IpfsDHT
	gossipsub *pubsub.PubSub
}

func (s *setup) serviceOptions() []libp2p.Option {
	options := []libp2p.Option{}
	if s.has("relay") {
		// A relay serves only while it takes itself for reachable.
		options = append(options, libp2p.EnableRelayService(), libp2p.ForceReachabilityPublic())
	}
	if s.has("relay-client") {
		options = append(options, libp2p.EnableHolePunching())
	}
	if s.has("autonat") {
		options = append(options, libp2p.EnableNATService())
	}
	if s.has("autonat") || s.has("autonat-client") {
		options = append(options, libp2p.EnableAutoNATv2())
	}
	return options
}

func (s *setup) attach(node host.Host) (attached, error) {
	result := attached{}
	var err error
	if s.has("kad") {
		// A node on private addresses would stay a client by itself.
		if result.kad, err = dht.New(context.Background(), node, dht.Mode(dht.ModeServer)); err != nil {
			return result, err
		}
	}
	if s.has("gossipsub") {
		if result.gossipsub, err = pubsub.NewGossipSub(context.Background(), node); err != nil {
			return result, err
		}
	}
	return result, nil
}
