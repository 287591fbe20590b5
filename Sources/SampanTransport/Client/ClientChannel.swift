package import SampanCrypto
public import SampanRPC

/// Calls to one address. Connects on the first call, again after a loss, and backs off while it cannot. Safe from any task.
///
/// Open streams keep their channel; its connection goes with the last reference, or by `shutdown`.
public final class ClientChannel: Caller {
    let core: ChannelCore

    /// A channel over mutual TLS to a node of the same trust domain. Nothing is sent before the first call.
    ///
    /// - Parameters:
    ///   - group: the loops that carry it; held by the caller until the channel is shut down.
    ///   - host: a name or a numeric address.
    public convenience init(
        group: EventLoopGroup, host: String, port: UInt16, credentials: NodeCredentials,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) throws(CredentialsError) {
        self.init(group: group, host: host, port: port, tls: try credentials.clientContext(), configuration: configuration)
    }

    /// Without TLS where `tls` is nil: for tests and benchmarks.
    package init(
        group: EventLoopGroup, host: String, port: UInt16, tls: TLSContext?,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) {
        core = ChannelCore(loop: group.nextLoop, host: host, port: port, tls: tls, configuration: configuration)
    }

    public func unary(
        _ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions
    ) async throws(RPCError) -> UnaryReply {
        let request = options.compression == .gzip ? try MessageCompression.compress(request) : request
        let call = makeCall(method, options)
        let core = core
        core.loop.perform {
            call.sendOnly(request)
            core.submit(call)
        }
        guard let message = try await call.next() else {
            throw RPCError(code: .internal, message: "\(method) answered OK without a message")
        }
        guard try await call.next() == nil else {
            call.cancel()
            throw RPCError(code: .internal, message: "\(method) answered with more than one message")
        }
        return UnaryReply(
            message: message, initialMetadata: try await call.initialMetadata(), trailingMetadata: call.trailingMetadata)
    }

    public func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream {
        let call = makeCall(method, options)
        let core = core
        core.loop.perform { core.submit(call) }
        return OpenStream(call: call, channel: self)
    }

    deinit {
        // Nobody can make or hold a call of this channel any more.
        let core = core
        core.loop.submit { core.shutdown(grace: .zero) }
    }

    /// Ends the channel: calls under way may end within `grace`, then they are cut; new ones fail.
    public func shutdown(grace: Duration = .seconds(5)) async {
        let closed = OneShot()
        let core = core
        core.loop.perform { core.shutdown(grace: grace) { closed.fire() } }
        await closed.wait()
    }

    /// A call made while serving another never outlives it.
    private func makeCall(_ method: MethodDescriptor, _ options: CallOptions) -> ClientCall {
        let now = ContinuousClock.now
        var deadline = CallContext.current?.deadline
        if let timeout = options.timeout {
            deadline = min(deadline ?? now + timeout, now + timeout)
        }
        return ClientCall(
            method: method, options: options, loop: core.loop, deadline: deadline ?? now + core.configuration.defaultTimeout,
            configuration: core.configuration)
    }
}
