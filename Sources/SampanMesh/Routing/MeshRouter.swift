internal import SampanAPI
package import SampanDomain
package import SampanRPC
package import SampanTransport
internal import Synchronization

/// A node's part in the mesh: its programs name an institution and a service, and the call arrives there (Docs/Mesh.md).
///
/// ```
/// sampan-to ──► RoutingTable (of the epoch) ──► here, or nodes ──► RelayChannels ──► next node
/// caller: the connection's certificate, or what the first node says of it (CallerVerifier); said on by CallerSigner
/// ```
/// The table is replaced whole when an epoch brings another; calls under way go on. Safe from any thread.
package final class MeshRouter: CallRouter {
    /// Of error details.
    package static let errorDomain = "mesh.sampan"

    private let own: PeerIdentity
    /// As it stands in `sampan-via`.
    private let ownName: String
    private let signer: CallerSigner
    private let verifier: CallerVerifier
    private let channels: RelayChannels
    private let state: Mutex<State>

    private struct State {
        var table: RoutingTable
        /// Counts the tables.
        var generation = 0
        /// Calls that were resolved by the table; made anew with it.
        var known: [Question: Destination] = [:]
        var departures: [Leaving: Left] = [:]
    }

    private struct Question: Hashable {
        let target: String?
        let path: String
        let isServed: Bool
    }

    /// Calls of one caller to the same place.
    private struct Leaving: Hashable {
        let caller: PeerIdentity
        let question: Question
    }

    private struct Left {
        let departure: Departure
        /// What it says of the caller, and how long that is said.
        let said: CallerSigner.Word
    }

    /// Where calls like one before go.
    private enum Destination {
        case here
        case away(Road)
    }

    private struct Road {
        let method: MethodDescriptor
        let channel: RelayChannel
        /// The institution at its end.
        let institution: String
        /// The same, or the node that was asked for.
        let name: String
    }

    /// Questions that are remembered, at the most. 4,096: more than there are methods and neighbours; beyond, all are asked anew.
    private static let knownLimit = 4_096
    private static let longestPath = 512

    /// - Parameters:
    ///   - group: the loops of the server that asks.
    ///   - wall: assertions about callers are dated by it.
    package init(
        group: EventLoopGroup, credentials: LiveCredentials, directory: EpochDirectory = EpochDirectory(),
        wall: @escaping @Sendable () -> UnixTime
    ) {
        own = credentials.identity
        ownName = EpochRoute.name(of: own)
        signer = CallerSigner(credentials, wall: wall)
        verifier = CallerVerifier(credentials, wall: wall)
        channels = RelayChannels(group: group, credentials: credentials)
        state = Mutex(State(table: RoutingTable(directory, institution: own.institution, node: own.node)))
    }

    /// Other routes from now on. Channels to nodes that are in them no more end when their calls have.
    package func replace(_ directory: EpochDirectory) {
        let next = RoutingTable(directory, institution: own.institution, node: own.node)
        state.withLock { $0 = State(table: next, generation: $0.generation + 1) }
        channels.keep(only: next)
    }

    /// What is in force.
    package var routes: RoutingTable { state.withLock { $0.table } }

    /// Channels to other nodes, one for each set of nodes that calls are spread over.
    package var channelCount: Int { channels.count }

    /// Ends the channels to other nodes; calls under way may end within `grace`.
    package func shutdown(grace: Duration) async { await channels.shutdown(grace: grace) }

    // MARK: CallRouter

    package func route(_ call: ArrivingCall) throws(RPCError) -> Way {
        guard let carrier = call.certificate?.identity else {
            throw RPCError(code: .unauthenticated, message: "the connection shows no certificate of a node")
        }
        guard !call.fields.via.contains(ownName) else { throw Self.loop("the call has been here before", call) }
        let question = Question(target: call.fields.target, path: call.path, isServed: call.isServed)
        // What the first node has said of a caller is passed on, and not kept.
        let leaving = call.fields.caller == nil && call.fields.via.isEmpty ? Leaving(caller: carrier, question: question) : nil
        let (left, known, table, generation) = state.withLock { state in
            (leaving.flatMap { state.departures[$0] }, state.known[question], state.table, state.generation)
        }
        if let left, left.said.certificateHash == call.peer.certificateHash, signer.holds(left.said) {
            return .onward(left.departure, caller: call.peer)
        }
        let kept = leaving.map { ($0, generation) }
        if let known { return try way(call, to: known, carrier, kept) }
        let service = Self.service(of: call.path)
        switch table.resolve(try target(call), service: service, isServed: call.isServed) {
        case .own: return try way(call, to: remember(.here, for: question, generation), carrier, kept)
        case .nodes(let nodes): return try way(call, to: remember(.away(try road(call, nodes)), for: question, generation), carrier, kept)
        case .nobody(let missing):
            let code: StatusCode = missing == .institution || missing == .node ? .notFound : .unimplemented
            throw Self.error(code, missing.rawValue, Self.text(missing, call, service), call)
        }
    }

    private func remember(_ destination: Destination, for question: Question, _ generation: Int) -> Destination {
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.known.count >= Self.knownLimit { state.known = [:] }
            state.known[question] = destination
        }
        return destination
    }

    private func way(
        _ call: ArrivingCall, to destination: Destination, _ carrier: PeerIdentity, _ kept: (Leaving, generation: Int)?
    ) throws(RPCError) -> Way {
        switch destination {
        case .here:
            if call.fields.caller != nil, Self.isDirectOnly(call.path) { throw CallerRefusal.indirect.error }
            return .here(caller: try caller(call, carrier, audience: own.institution))
        case .away(let road):
            guard !Self.isDirectOnly(call.path) else { throw CallerRefusal.indirect.error }
            return try onward(call, road, carrier, kept)
        }
    }

    private func target(_ call: ArrivingCall) throws(RPCError) -> CallTarget? {
        guard let text = call.fields.target else { return nil }
        guard let target = CallTarget(text) else {
            throw Self.error(
                .invalidArgument, "TARGET_MALFORMED",
                "sampan-to is an institution's code, INSTITUTION/NODE, parent or custodian-of:INSTITUTION", call)
        }
        return target
    }

    private func road(_ call: ArrivingCall, _ nodes: [RoutingTable.Node]) throws(RPCError) -> Road {
        let parts = call.path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, !parts[1].isEmpty, !parts[2].isEmpty, call.path.utf8.count <= Self.longestPath,
            let institution = nodes.first?.institution
        else { throw RPCError(code: .unimplemented, message: "the path of the call is no method") }
        // A node stays one; what was said otherwise, or not at all, is from here on the institution.
        let name = call.fields.target.flatMap { $0.contains("/") ? $0 : nil } ?? institution
        return Road(
            // Its kind is the one that rules nothing out.
            method: MethodDescriptor(service: String(parts[1]), name: String(parts[2]), kind: .bidirectionalStreaming),
            channel: channels.channel(to: nodes), institution: institution, name: name)
    }

    private func onward(
        _ call: ArrivingCall, _ road: Road, _ carrier: PeerIdentity, _ kept: (Leaving, generation: Int)?
    ) throws(RPCError) -> Way {
        guard call.fields.via.count < RouteFields.maximumHops else { throw Self.loop("the call has come over too many nodes", call) }
        let caller = try caller(call, carrier, audience: road.institution)
        if let text = call.fields.caller { return .onward(departure(call, road, saying: text), caller: caller) }
        let word = try signer.word(for: carrier, certificateHash: call.peer.certificateHash, to: road.institution)
        let departure = departure(call, road, saying: word.text)
        if let (leaving, generation) = kept {
            state.withLock { state in
                guard state.generation == generation else { return }
                if state.departures.count >= Self.knownLimit { state.departures = [:] }
                state.departures[leaving] = Left(departure: departure, said: word)
            }
        }
        return .onward(departure, caller: caller)
    }

    private func departure(_ call: ArrivingCall, _ road: Road, saying text: String) -> Departure {
        let via = call.fields.via.isEmpty ? ownName : call.fields.via.joined(separator: ",") + "," + ownName
        return Departure(
            method: road.method, channel: road.channel,
            fields: [("sampan-to", road.name), ("sampan-via", via), ("sampan-caller-bin", text)], target: road.name)
    }

    private func caller(_ call: ArrivingCall, _ carrier: PeerIdentity, audience: String) throws(RPCError) -> Peer {
        guard let text = call.fields.caller else { return call.peer }
        do throws(CallerRefusal) {
            let caller = try verifier.peer(text, to: audience, carriedBy: carrier)
            return Peer(address: call.peer.address, identity: caller.identity, certificateHash: caller.certificateHash)
        } catch {
            throw error.error
        }
    }

    // MARK: Small parts

    /// Trust and the registry go by the certificate of the connection: there a node's word for another would be as good as that one's key.
    private static func isDirectOnly(_ path: String) -> Bool { path.hasPrefix("/sampan.trust.") || path.hasPrefix("/sampan.mesh.") }

    /// `/service/method` → service.
    private static func service(of path: String) -> String {
        String(path.dropFirst().prefix { $0 != "/" })
    }

    private static func text(_ missing: RoutingTable.Missing, _ call: ArrivingCall, _ service: String) -> String {
        let target = call.fields.target ?? "this institution, or above it,"
        return switch missing {
        case .institution: "the region has no institution \(target) that takes calls"
        case .node: "the region has no node \(target)"
        case .service: "nobody of \(target) serves \(service)"
        case .custodian: "the institution that keeps for \(target) serves no \(service)"
        case .parent: "no institution above this one serves \(service)"
        }
    }

    private static func loop(_ text: String, _ call: ArrivingCall) -> RPCError {
        error(.failedPrecondition, "ROUTE_LOOP", "\(text): \(call.fields.via.joined(separator: ", "))", call)
    }

    private static func error(_ code: StatusCode, _ reason: String, _ text: String, _ call: ArrivingCall) -> RPCError {
        var metadata: [String: String] = [:]
        if let target = call.fields.target { metadata["to"] = target }
        return RPCError(
            code: code, message: text, details: [GoogleRPC.ErrorInfo(reason: reason, domain: errorDomain, metadata: metadata)])
    }
}
