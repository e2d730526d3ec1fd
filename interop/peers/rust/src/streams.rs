//! A behaviour that opens any number of streams at a time and serves the two stream protocols of the peer programs.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::{ready, Ready},
    task::{Context, Poll},
};

use libp2p::{
    core::{transport::PortUse, upgrade::UpgradeInfo, Endpoint},
    swarm::{
        handler::{
            ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound,
        },
        ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm,
        NetworkBehaviour, Stream, StreamProtocol, SubstreamProtocol, THandler, THandlerInEvent,
        THandlerOutEvent, ToSwarm,
    },
    InboundUpgrade, Multiaddr, OutboundUpgrade, PeerId,
};
use tokio::sync::{mpsc, oneshot};

use crate::{handlers, Failure};

pub const ECHO: StreamProtocol = StreamProtocol::new("/p2pspec/echo/1.0.0");
pub const PERF: StreamProtocol = StreamProtocol::new("/perf/1.0.0");

type Reply = oneshot::Sender<Result<Stream, Failure>>;

struct Open {
    protocol: StreamProtocol,
    reply: Reply,
}

/// Opens streams on one connection.
#[derive(Clone)]
pub struct Opener(mpsc::UnboundedSender<Open>);

impl Opener {
    pub async fn open(&self, protocol: StreamProtocol) -> Result<Stream, Failure> {
        let (reply, answer) = oneshot::channel();
        self.0
            .send(Open { protocol, reply })
            .map_err(|_| "the connection is closed")?;
        answer
            .await
            .map_err(|_| "the connection closed before the stream opened")?
    }
}

#[derive(Default)]
pub struct Behaviour {
    openers: HashMap<ConnectionId, Opener>,
}

impl Behaviour {
    pub fn opener(&self, connection: ConnectionId) -> Option<Opener> {
        self.openers.get(&connection).cloned()
    }

    fn handler(&mut self, connection: ConnectionId) -> Handler {
        let (sender, opens) = mpsc::unbounded_channel();
        self.openers.insert(connection, Opener(sender));
        Handler { opens }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler(connection))
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler(connection))
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        if let FromSwarm::ConnectionClosed(closed) = event {
            self.openers.remove(&closed.connection_id);
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

pub struct Handler {
    opens: mpsc::UnboundedReceiver<Open>,
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = Infallible;
    type InboundProtocol = OneOf;
    type OutboundProtocol = OneOf;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = Reply;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(OneOf(vec![ECHO, PERF]), ())
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<
        ConnectionHandlerEvent<Self::OutboundProtocol, Self::OutboundOpenInfo, Self::ToBehaviour>,
    > {
        match self.opens.poll_recv(context) {
            Poll::Ready(Some(open)) => {
                Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                    protocol: SubstreamProtocol::new(OneOf(vec![open.protocol]), open.reply),
                })
            }
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    fn on_behaviour_event(&mut self, event: Self::FromBehaviour) {
        match event {}
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<
            Self::InboundProtocol,
            Self::OutboundProtocol,
            Self::InboundOpenInfo,
            Self::OutboundOpenInfo,
        >,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol: (name, stream),
                ..
            }) => {
                tokio::spawn(handlers::serve(name, stream));
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol: (_, stream),
                info,
            }) => {
                drop(info.send(Ok(stream)));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { error, info }) => {
                drop(info.send(Err(error.to_string().into())));
            }
            _ => {}
        }
    }
}

/// Negotiates one of several names and hands the stream out as it is.
pub struct OneOf(Vec<StreamProtocol>);

impl UpgradeInfo for OneOf {
    type Info = StreamProtocol;
    type InfoIter = std::vec::IntoIter<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.clone().into_iter()
    }
}

impl<S> InboundUpgrade<S> for OneOf {
    type Output = (StreamProtocol, S);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Self::Error>>;

    fn upgrade_inbound(self, stream: S, name: Self::Info) -> Self::Future {
        ready(Ok((name, stream)))
    }
}

impl<S> OutboundUpgrade<S> for OneOf {
    type Output = (StreamProtocol, S);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Self::Error>>;

    fn upgrade_outbound(self, stream: S, name: Self::Info) -> Self::Future {
        ready(Ok((name, stream)))
    }
}
