internal import SampanDomain
package import SampanFerry
package import SampanMesh
internal import SampanServices
package import SampanTransport

/// The file of a gateway node: the outer half of the ferry and the payment service.
///
/// ```yaml
/// listen: 0.0.0.0:7443
/// trust-domain: region.example
/// certificate: gateway.pem
/// key: gateway.key
/// trust: trust.pem       # these three, or:  trust-folder: trust  and  platform: 10.0.0.1:7500, 10.0.0.2:7500
/// data: data
/// institutions: { scheme: unified-social-credit, codes: [911100000000000000] }
/// channel: { address: 10.0.0.7:7600 }   # a channel by our own contract; `ChannelsSection` has WeChat Pay and Alipay in theirs
/// payment: { order-lifetime: 15m, request-lifetime: 60s }
/// mesh: { advertise: [10.20.1.5:7443], parent: "4699010000" }   # left out: called by its address only (`NodeRegistration`)
/// policy: policy.yaml    # left out: what `GatewayNode.policy` says
/// metrics: { listen: 127.0.0.1:9464 }   # left out: nobody reads them (`MetricsSettings`)
/// telemetry: { collector: 127.0.0.1:4317 }   # left out: nobody is told of metrics and traces (`TelemetrySettings`)
/// web: { origins: ["https://app.region.example"] }   # doors for browsers and curl (`WebOrigins`); left out: gRPC only
/// sealing: { key: ferry-sealing.pub }   # payloads are sealed to the inside (`sampan ferry keygen`); left out: kept as they are
/// peers:                 # who may come from where (`PeerList`); left out: from anywhere
///   - { from: [10.20.0.0/16], roles: [hospital, ferry, app] }
/// limits: { calls-per-second: 20000 }   # of one institution (`LimitsSection`); left out: its defaults
/// drain: { grace: 20s }  # that calls have to end when the node stops (`DrainSection`)
/// ```
package struct GatewayConfiguration: Sendable {
    package let node: NodeSettings
    package let listen: HostAndPort
    /// Folder of the databases; made with 0700 when missing.
    package let data: String
    package let institutions: InstitutionDirectory
    /// Where payment channels are reached by our own contract; nil where `channels` has all there are.
    package let channel: HostAndPort?
    /// Payment channels in their own protocols.
    package let channels: ChannelsSection?
    /// How long an order may be paid after it was made. 15 minutes, as payment codes usually live.
    package let orderLifetime: Duration
    /// How long a paid request waits for the HIS before it is given up and refunded. 60 s: a person stands at the window.
    package let requestLifetime: Duration
    /// How often the channel is asked when no notification comes.
    package let channelPollInterval: Duration
    /// Who may call what, until an epoch says otherwise (`PolicyFile`).
    package let policyEdition: PolicyEdition
    package var policy: [PolicyRule] { policyEdition.rules }
    /// File of the public key that payloads are sealed to; nil leaves them as they are.
    package let sealingKey: String?
    /// Nil: peers may come from anywhere.
    package let peers: PeerAllowList?
    package let observation: ObservationSettings
    /// Whose pages may call by the doors to the web; nil where there are none.
    package let webOrigins: Set<String>?
    /// What one institution may ask of it, and what it does when all ask too much (`LimitsSection`).
    package let limits: LoadLimits
    /// That calls have to end when the node goes out of service (`DrainSection`).
    package let drainGrace: Duration
    /// Nil for a gateway that is called by its address only.
    package let registration: NodeRegistration?
    /// Nil for a gateway that believes no staff tokens (`StaffSection`).
    package let staff: StaffSection?

    /// Blocks on the disk. Throws, naming the line or the variable, for anything that is not a configuration of this kind.
    package init(file: String, _ reading: ConfigurationReading = .ofProcess) throws(ConfigurationError) {
        let directory = NodeSettings.directory(of: file)
        let mapping = try YAMLMapping(file: file, reading)
        guard try NodeRole.read(mapping) == .gateway else { throw mapping.invalid("role", "must be gateway") }
        node = try NodeSettings(mapping, relativeTo: directory)
        listen = try mapping.address("listen")
        peers = try PeerList.read(mapping)
        observation = try ObservationSettings.read(mapping)
        webOrigins = try WebOrigins.read(mapping)
        limits = try LimitsSection.read(mapping)
        registration = try NodeRegistration.read(mapping, limits, serving: GatewayNode.servedNames)
        drainGrace = try DrainSection.read(mapping)
        staff = try StaffSection.read(mapping)
        data = NodeSettings.resolve(try mapping.string("data"), directory)
        let codes = try mapping.mapping("institutions")
        let scheme = try codes.scheme()
        let codeList = try codes.strings("codes")
        guard !codeList.isEmpty, Set(codeList).count == codeList.count else {
            throw codes.invalid("codes", "must name at least one institution, and each once")
        }
        do throws(DomainError) {
            institutions = try InstitutionDirectory(codes: codeList, scheme: scheme)
        } catch {
            throw codes.invalid("codes", "holds a wrong code: \(error.message)")
        }
        try codes.finish()
        channels = try ChannelsSection.read(mapping, directory)
        let channel = channels == nil ? try mapping.mapping("channel") : try mapping.mappingOrEmpty("channel")
        self.channel = channels == nil || channel.has("address") ? try channel.address("address") : nil
        channelPollInterval = try channel.duration("poll-interval", default: .seconds(5), in: .milliseconds(10)...(.seconds(600)))
        try channel.finish()
        let payment = try mapping.mappingOrEmpty("payment")
        let day: ClosedRange<Duration> = .seconds(1)...(.seconds(86_400))
        orderLifetime = try payment.duration("order-lifetime", default: .seconds(900), in: day)
        requestLifetime = try payment.duration("request-lifetime", default: .seconds(60), in: day)
        try payment.finish()
        sealingKey = try SealingSection.publicKey(mapping, relativeTo: directory)
        if let file = try mapping.optionalString("policy") {
            policyEdition = try PolicyFile(file: NodeSettings.resolve(file, directory)).edition
        } else {
            do throws(PolicyRefusal) { policyEdition = try PolicyEdition(builtIn: GatewayNode.policy) } catch {
                throw mapping.invalid("policy", error.message)
            }
        }
        try mapping.finish()
    }
}

extension GatewayConfiguration {
    var engine: PaymentEngineConfiguration {
        PaymentEngineConfiguration(
            orderLifetime: orderLifetime, channelPollInterval: channelPollInterval, now: WallClock.now)
    }
}

extension YAMLMapping {
    /// `unified-social-credit` (the default) or `local`.
    func scheme() throws(ConfigurationError) -> InstitutionCode.Scheme {
        switch try optionalString("scheme") {
        case nil, "unified-social-credit": .unifiedSocialCredit
        case "local": .local
        default: throw invalid("scheme", "must be unified-social-credit or local")
        }
    }
}
