package import SampanCrypto
public import SampanRPC

/// Calls to one service, on one endpoint or many. Connects on the first call, again after a loss, and backs off while it cannot. Safe
/// from any task.
///
/// Open streams keep their channel; its connections go with the last reference, or by `shutdown`.
public final class ClientChannel: Caller {
    let core: ChannelCore

    /// A channel over mutual TLS to a node of the same trust domain. Nothing is sent before the first call.
    ///
    /// - Parameters:
    ///   - group: the loops that carry it; held by the caller until the channel is shut down.
    ///   - host: a name or a numeric address. A name may stand for several addresses; `configuration.balancing` chooses among them.
    public convenience init(
        group: EventLoopGroup, host: String, port: UInt16, credentials: NodeCredentials,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) throws(CredentialsError) {
        try self.init(
            group: group, endpoints: [Endpoint(host: host, port: port)], credentials: credentials, configuration: configuration)
    }

    /// A channel over mutual TLS to a fixed list of endpoints, in order of preference.
    public convenience init(
        group: EventLoopGroup, endpoints: [Endpoint], credentials: NodeCredentials,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) throws(CredentialsError) {
        try self.init(
            group: group, source: FixedEndpoints(endpoints: endpoints), credentials: credentials, configuration: configuration)
    }

    /// A channel over mutual TLS to endpoints that may change while it is in use.
    public convenience init(
        group: EventLoopGroup, source: any EndpointSource, credentials: NodeCredentials,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) throws(CredentialsError) {
        self.init(group: group, source: source, tls: try credentials.clientContext(), configuration: configuration)
    }

    /// A channel whose credentials may be replaced while it is in use.
    public convenience init(
        group: EventLoopGroup, endpoints: [Endpoint], credentials: LiveCredentials,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) {
        self.init(
            group: group, source: FixedEndpoints(endpoints: endpoints), credentials: credentials, configuration: configuration)
    }

    /// A channel whose endpoints and credentials may both change while it is in use.
    public convenience init(
        group: EventLoopGroup, source: any EndpointSource, credentials: LiveCredentials,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) {
        self.init(group: group, source: source, security: .live(credentials), configuration: configuration)
    }

    /// A channel with live credentials that talks to nodes of one role only, whoever else answers at its endpoints.
    package convenience init(
        group: EventLoopGroup, endpoints: [Endpoint], credentials: LiveCredentials, role: PeerIdentity.Role,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) {
        self.init(
            group: group, source: FixedEndpoints(endpoints: endpoints), security: .peers(credentials, ExpectedPeer(role: role)),
            configuration: configuration)
    }

    /// A channel of a node that has no certificate yet: it shows none, and talks only to a platform node of `trustDomain` under `roots`.
    /// Throws for no roots, and for what OpenSSL refuses.
    package convenience init(
        group: EventLoopGroup, endpoints: [Endpoint], enrollmentRoots roots: [Certificate], trustDomain: String,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) throws(CredentialsError) {
        var tls = TLSConfiguration(role: .client, identity: nil, trustRoots: roots, expectedTrustDomain: trustDomain)
        tls.verdict = { VerifiedPeer($0)?.identity.role == .platform ? .admitted : .refused }
        let context = try CredentialsError.translating { () throws(CryptoError) in try TLSContext(tls) }
        self.init(group: group, source: FixedEndpoints(endpoints: endpoints), tls: context, configuration: configuration)
    }

    /// Without TLS where `tls` is nil: for tests and benchmarks.
    package convenience init(
        group: EventLoopGroup, host: String, port: UInt16, tls: TLSContext?,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) {
        let source = FixedEndpoints(endpoints: [Endpoint(host: host, port: port)])
        self.init(group: group, source: source, tls: tls, configuration: configuration)
    }

    /// Without TLS where `tls` is nil: for tests and benchmarks.
    package convenience init(
        group: EventLoopGroup, endpoints: [Endpoint], tls: TLSContext?,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) {
        self.init(group: group, source: FixedEndpoints(endpoints: endpoints), tls: tls, configuration: configuration)
    }

    /// Without TLS where `tls` is nil: for tests and benchmarks.
    package convenience init(
        group: EventLoopGroup, source: any EndpointSource, tls: TLSContext?,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) {
        self.init(group: group, source: source, security: ConnectionSecurity(tls), configuration: configuration)
    }

    private convenience init(
        group: EventLoopGroup, source: any EndpointSource, security: ConnectionSecurity, configuration: ChannelConfiguration
    ) {
        self.init(loop: group.nextLoop, source: source, security: security, configuration: configuration)
    }

    /// On a certain loop.
    init(loop: EventLoop, source: any EndpointSource, security: ConnectionSecurity, configuration: ChannelConfiguration) {
        core = ChannelCore(loop: loop, source: source, security: security, configuration: configuration)
        security.credentials?.join(core)
    }

    public func unary(
        _ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions
    ) async throws(RPCError) -> UnaryReply {
        let report = try intercept(method, options)
        let plan = CallPlan(method, report?.call.options ?? options, core)
        let request = try prepare(request, plan, report)
        let core = core
        if let repetition = plan.repetition {
            let call = ReplayedCall(method, plan, repetition, core: core, report: report)
            core.loop.perform {
                call.sendOnly(request)
                call.begin()
            }
            return try await call.unaryReply(method)
        }
        return try await makeCall(method, plan, report, isUnary: true).unary(request, on: core)
    }

    public func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream {
        let report = try intercept(method, options)
        let plan = CallPlan(method, report?.call.options ?? options, core)
        let core = core
        if let repetition = plan.repetition {
            let call = ReplayedCall(method, plan, repetition, core: core, report: report)
            core.loop.perform { call.begin() }
            return OpenStream(call: call, channel: self, maximumRequestBytes: plan.maximumRequestBytes)
        }
        let call = makeCall(method, plan, report, isUnary: false)
        core.loop.perform { core.submit(call) }
        return OpenStream(call: call, channel: self, maximumRequestBytes: plan.maximumRequestBytes)
    }

    deinit {
        // Nobody can make or hold a call of this channel any more.
        let core = core
        core.security.credentials?.leave(core)
        core.loop.submit { core.shutdown(grace: .zero) }
    }

    /// Ends the channel: calls under way may end within `grace`, then they are cut; new ones fail.
    public func shutdown(grace: Duration = .seconds(5)) async {
        let closed = OneShot()
        let core = core
        core.loop.perform { core.shutdown(grace: grace) { closed.fire() } }
        await closed.wait()
        core.security.credentials?.leave(core)
    }

    /// Ends the connections to servers whose verified certificate `why` has a reason for: their open calls end with it, others go on.
    /// Returns when the last is closed. Not after `shutdown`.
    package func cut(_ why: @escaping AdmissionGate.Question) async -> CutReport { await core.cut(why) }

    /// Has its connections take no new calls; those under way may end, new ones get other connections, made with what is in force then.
    package func drain() async { await core.drain { _ in true } }

    /// Its connections to servers that `which` names, and their calls.
    package func count(_ which: @escaping @Sendable (VerifiedPeer) -> Bool = { _ in true }) async -> ConnectionCount {
        await core.count(which)
    }

    // MARK: Small parts

    /// Nil where there are no interceptors: most channels pay nothing for them.
    private func intercept(_ method: MethodDescriptor, _ options: CallOptions) throws(RPCError) -> InterceptorReport? {
        let interceptors = core.configuration.interceptors
        guard !interceptors.isEmpty else { return nil }
        let report = InterceptorReport(OutgoingCall(method: method, options: options), interceptors)
        try report.begin()
        return report
    }

    /// The one request of a unary call as it goes on the wire.
    private func prepare(_ request: FramedMessage, _ plan: CallPlan, _ report: InterceptorReport?) throws(RPCError) -> FramedMessage {
        do throws(RPCError) {
            try CallPlan.check(request, plan.maximumRequestBytes)
            return plan.options.compression == .gzip ? try MessageCompression.compress(request) : request
        } catch {
            report?.finished(error.code)
            throw error
        }
    }

    private func makeCall(_ method: MethodDescriptor, _ plan: CallPlan, _ report: InterceptorReport?, isUnary: Bool) -> ClientCall {
        let call = ClientCall(
            method: method, options: plan.options, loop: core.loop, expires: plan.expires, limits: core.callLimits, isUnary: isUnary)
        call.observer = report
        return call
    }
}
