package import SampanAPI
internal import SampanDomain
internal import SampanRPC

extension AuthorityEvent {
    var message: TrustV1.AuthorityEvent.Event {
        switch self {
        case .founded(let trustDomain, let root, let issuer):
            .founded(TrustV1.AuthorityFounded(trustDomain: trustDomain, root: root.message, issuer: issuer.message))
        case .tokenCreated(let token): .tokenCreated(token.message)
        case .certificateIssued(let certificate, let token): .certificateIssued(certificate.message(token: token))
        case .denialMade(let denial, let forgetAt):
            .denialMade(TrustV1.DenialMade(denial: denial.entry, forgetAt: forgetAt.map(\.message)))
        case .denialLifted(let subject):
            .denialLifted(TrustV1.DenialLifted(denial: TrustV1.Denial(subject: subject.message)))
        case .rolloverPlanned(let number, let kind):
            .rolloverAdvanced(TrustV1.RolloverAdvanced(rollover: number, verb: .plan, kind: kind == .root ? .root : .issuer))
        case .rolloverPrepared(let number, let material):
            .rolloverAdvanced(
                TrustV1.RolloverAdvanced(
                    rollover: number, verb: .prepare, root: material.root.map(\.message), issuer: material.issuer.message,
                    bridge: material.bridge ?? []))
        case .rolloverAdvanced(let number, let verb, let epochNumber):
            .rolloverAdvanced(TrustV1.RolloverAdvanced(rollover: number, verb: verb.message, epochNumber: epochNumber))
        case .nodesLeftBehind(let nodes): .nodesLeftBehind(TrustV1.NodesLeftBehind(nodes: nodes.map(\.uri)))
        case .nodeAcknowledged(let node, let number, let issuerKeyID):
            .nodeAcknowledged(TrustV1.NodeAcknowledged(node: node.uri, number: number, issuerKeyID: issuerKeyID))
        case .settingsChanged(let settings):
            .settingsChanged(
                TrustV1.SettingsChanged(
                    policy: settings.policy, routes: settings.routes.map(\.message), minimumProtocol: settings.minimumProtocol))
        case .routeChanged(let name, let route):
            .routeChanged(TrustV1.RouteChanged(route: route?.message ?? TrustV1.Route(name: name)))
        case .custodianChanged(let matter, let custodian):
            .custodianChanged(
                TrustV1.CustodianChanged(
                    custodian: custodian?.message ?? TrustV1.Custodian(institution: matter.institution, service: matter.service)))
        case .epochIssued(let number, let bytes, let hash): .epochIssued(TrustV1.EpochIssued(number: number, epoch: bytes, hash: hash))
        }
    }

    init(_ message: TrustV1.AuthorityEvent) throws(EpochError) {
        switch message.event {
        case nil: throw EpochError(.missing, "events", "an event that this program does not know")
        case .founded(let event):
            self = .founded(
                trustDomain: event.trustDomain, root: try AuthorityCertificate(event.root, "root"),
                issuer: try AuthorityCertificate(event.issuer, "issuer"))
        case .tokenCreated(let event): self = .tokenCreated(try EnrollmentToken(event))
        case .certificateIssued(let event):
            self = .certificateIssued(try IssuedCertificate(event), token: event.tokenHash.isEmpty ? nil : event.tokenHash)
        case .denialMade(let event):
            guard let denial = event.denial, let value = try Denial.values([denial]).first else {
                throw EpochError(.missing, "denial", "nobody is denied")
            }
            self = .denialMade(value, forgetAt: try UnixTime(event.forgetAt, field: "forget_at"))
        case .denialLifted(let event): self = .denialLifted(try Denial.Subject(event.denial))
        case .rolloverAdvanced(let event): self = try Self.rollover(event)
        case .nodesLeftBehind(let event):
            var nodes: [PeerIdentity] = []
            for node in event.nodes { nodes.append(try PeerIdentity(field: "nodes", node)) }
            self = .nodesLeftBehind(nodes)
        case .nodeAcknowledged(let event):
            self = .nodeAcknowledged(try PeerIdentity(field: "node", event.node), number: event.number, issuerKeyID: event.issuerKeyID)
        case .settingsChanged(let event):
            var routes: [EpochRoute] = []
            for route in event.routes { routes.append(try EpochRoute(route)) }
            self = .settingsChanged(AuthoritySettings(policy: event.policy, routes: routes, minimumProtocol: event.minimumProtocol))
        case .routeChanged(let event):
            guard let route = event.route, !route.name.isEmpty else { throw EpochError(.missing, "route.name", "no route is named") }
            self = .routeChanged(route.name, route.endpoints.isEmpty ? nil : try EpochRoute(route))
        case .custodianChanged(let event):
            guard let message = event.custodian else { throw EpochError(.missing, "custodian", "nobody is named") }
            let matter = try EpochCustodian.Matter(message)
            self = .custodianChanged(
                matter, message.custodian.isEmpty ? nil : try EpochCustodian(matter, custodian: message.custodian))
        case .epochIssued(let event):
            try EpochError.check(count: event.hash.count, in: EpochLimits.hashBytes...EpochLimits.hashBytes, "hash")
            self = .epochIssued(number: event.number, bytes: event.epoch, hash: event.hash)
        }
    }

    private static func rollover(_ event: TrustV1.RolloverAdvanced) throws(EpochError) -> AuthorityEvent {
        switch try Rollover.Verb(event.verb) {
        case .plan:
            switch event.kind {
            case .issuer: return .rolloverPlanned(number: event.rollover, kind: .issuer)
            case .root: return .rolloverPlanned(number: event.rollover, kind: .root)
            case .unspecified, .unrecognized: throw EpochError(.badValue, "kind", "not a kind of rollover")
            }
        case .prepare:
            let root: AuthorityCertificate? = if let root = event.root { try AuthorityCertificate(root, "root") } else { nil }
            let material = RolloverMaterial(
                root: root, issuer: try AuthorityCertificate(event.issuer, "issuer"), bridge: event.bridge.isEmpty ? nil : event.bridge)
            return .rolloverPrepared(number: event.rollover, material)
        case let verb: return .rolloverAdvanced(number: event.rollover, verb, epochNumber: event.epochNumber)
        }
    }
}

extension Rollover.Verb {
    /// The verb as the contract names it.
    package var message: TrustV1.RolloverVerb {
        switch self {
        case .plan: .plan
        case .prepare: .prepare
        case .trust: .trust
        case .activate: .activate
        case .taint: .taint
        case .retire: .retire
        case .abort: .abort
        }
    }

    /// Throws `badValue` for none of the seven.
    package init(_ message: TrustV1.RolloverVerb) throws(EpochError) {
        switch message {
        case .plan: self = .plan
        case .prepare: self = .prepare
        case .trust: self = .trust
        case .activate: self = .activate
        case .taint: self = .taint
        case .retire: self = .retire
        case .abort: self = .abort
        case .unspecified, .unrecognized: throw EpochError(.badValue, "verb", "not a verb of a rollover")
        }
    }
}
