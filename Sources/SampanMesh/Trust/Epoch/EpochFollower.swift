package import SampanDomain
package import SampanRPC

/// What a node does with the epochs that it is offered. No I/O, no clock: events in, actions out, to be done in their order.
///
/// ```
///                 ┌── number = held, same hash ──► acknowledge again
///  offered ──► read┼── number = held, other hash, or another history ──► refuse: fork        number < held ──► refuse: goes back
///                 ├── bad signature, unknown signer, wrong domain ──► refuse                a gap ──► refuse, and ask for what is missing
///                 └── good ──► try ──fails──► refuse: names what failed; the old one stays in force; tried again with a new certificate
///                               └──works──► write ──fails──► refuse
///                                             └──► apply ──► cut ──► acknowledge ──► the next one that waits
///  started ──► what was written: try ──works──► apply ──► cut ──► acknowledge
/// ```
///
/// A node that was away follows through every epoch that it has missed, though its certificate, renewed on the way, is newer than most of
/// them: a node that is locked out already has nothing to lose by the next one, so being locked out is no failure then.
///
/// One epoch is under way at a time. Those behind it wait, unverified: whom they are believed from is decided by the one before.
/// An event that belongs to no step under way is ignored: a driver that restarts its work reports twice.
package struct EpochFollower: Sendable {
    /// The certificate that this node shows.
    package struct Own: Sendable, Hashable {
        package let identity: PeerIdentity
        /// Names of the members of its own chain, leaf first.
        package let chain: [CertificateName]
        /// The certificate that issued the leaf (DER).
        package let issuer: [UInt8]

        package init(identity: PeerIdentity, chain: [CertificateName], issuer: [UInt8]) {
            self.identity = identity
            self.chain = chain
            self.issuer = issuer
        }
    }

    package enum Event: Sendable {
        /// Once, before all others.
        case started
        /// A serialized `SignedTrustEpoch` came, by stream or by pull.
        case offered([UInt8])
        /// The trial came out; nil when it worked.
        case tried(EpochTrialFailure?)
        /// It is durable; or what the disk said.
        case written(failure: String?)
        /// New connections go by it.
        case applied
        /// What it denies is closed.
        case cut(EpochCut)
        /// The node shows another certificate from now on.
        case certificateChanged(Own)
        /// The authority says that it has no epoch behind the one held: `UpToDate` on the stream, NOT_FOUND to a pull.
        case nothingNewer
    }

    package enum Action: Sendable, Hashable {
        /// Make contexts of it, and shake hands with yourself in memory, in both roles; answer with `tried`. With `mayLockOut` (the node
        /// is denied by it, or is locked out already) `locksItselfOut` is told as well, and is no failure.
        case tryOut(SignedEpoch, mayLockOut: Bool)
        /// Answer with `written`.
        case write(SignedEpoch)
        /// Use what was tried; answer with `applied`.
        case apply(SignedEpoch)
        /// Close what `deny` refuses, and nothing else; answer with `cut`.
        case cut(SignedEpoch)
        case acknowledge(EpochAcknowledgement)
        case refuse(EpochRefusal)
        /// Ask for this number and those behind it.
        case ask(from: UInt64)
        /// This node is denied: it says so, and does not fight.
        case tellDenied(Denial)
        /// Another issuer signs now than the one of this node's certificate.
        case renew
        /// This node is older than what the region lets in.
        case tellOutdated(minimumProtocol: UInt32)
    }

    private enum Step: Sendable {
        case idle
        case trying(SignedEpoch, mayLockOut: Bool, isRestored: Bool)
        case writing(SignedEpoch)
        case applying(SignedEpoch)
        case cutting(SignedEpoch)
    }

    /// Epochs that wait behind the one under way: what a stream pushes in one go. Four of the largest are 16 MB.
    private static let waitingLimit = 4

    /// The last epoch that this node has written; nil before the first.
    package private(set) var held: SignedEpoch?
    /// The number to pull every 10 s while the stream is down; 0 (the newest) for a node that is new.
    package var wanted: UInt64 { held.map { $0.epoch.number + 1 } ?? 0 }
    /// Who is refused by the epoch in force; ask it at every handshake and call.
    package private(set) var denySet = DenySet.empty
    private var own: Own
    private let protocolLevel: UInt32
    private let firstRoots: [[UInt8]]
    private let verifier: any EpochVerifier
    private var step = Step.idle
    private var waiting: [SignedEpoch] = []
    /// More came than may wait: they are asked for when all that waits is done.
    private var hasDropped = false
    /// Failed its trial or could not be written; tried again when the node has another certificate, and when it is offered again.
    private var failed: SignedEpoch?
    /// False from a start until what was written is applied.
    private var isInForce = false

    /// - Parameters:
    ///   - written: what the disk holds; nil for a node that is new.
    ///   - firstRoots: whom to believe the first epoch from (DER): the root whose fingerprint was in the token.
    ///   - protocolLevel: what this node speaks.
    package init(own: Own, written: SignedEpoch?, firstRoots: [[UInt8]], protocolLevel: UInt32, verifier: any EpochVerifier) {
        self.own = own
        self.held = written
        self.firstRoots = firstRoots
        self.protocolLevel = protocolLevel
        self.verifier = verifier
    }

    /// What to do about an event, in order. `now` decides only whether a lock on this very node is over.
    package mutating func handle(_ event: Event, at now: UnixTime) -> [Action] {
        switch event {
        case .started:
            guard case .idle = step, let held else { return [] }
            return begin(held, isRestored: true, now)
        case .offered(let bytes): return offered(bytes, now)
        case .tried(let failure): return tried(failure)
        case .written(let failure): return written(failure)
        case .applied:
            guard case .applying(let epoch) = step else { return [] }
            step = .cutting(epoch)
            isInForce = true
            denySet = DenySet(epoch.epoch.denials)
            return [.cut(epoch)]
        case .cut(let cut): return finish(cut, now)
        case .certificateChanged(let own): return certificateChanged(own, now)
        case .nothingNewer:
            // The last of all epochs, and its issuer did not make this certificate.
            guard case .idle = step, let held, !isActive(held) else { return [] }
            return [.renew]
        }
    }

    // MARK: Offers

    private mutating func offered(_ bytes: [UInt8], _ now: UnixTime) -> [Action] {
        let offer: SignedEpoch
        do throws(EpochError) { offer = try SignedEpoch(serialized: bytes) } catch {
            return [.refuse(EpochRefusal(number: 0, .malformed(error)))]
        }
        guard let underWay else { return consider(offer, now) }
        if offer.epoch.number > underWay.epoch.number {
            wait(offer)
            return []
        }
        // The one under way again: its acknowledgement is on its way.
        if offer.hash == underWay.hash { return [] }
        if let refusal = refusal(of: offer) { return [.refuse(refusal)] }
        let reason: EpochRefusal.Reason =
            offer.epoch.number == underWay.epoch.number
            ? .fork(held: held?.epoch.number ?? 0) : .goesBack(held: held?.epoch.number ?? 0)
        return [.refuse(EpochRefusal(number: offer.epoch.number, reason))]
    }

    private mutating func wait(_ offer: SignedEpoch) {
        if waiting.contains(where: { $0.hash == offer.hash }) { return }
        waiting.append(offer)
        waiting.sort { $0.epoch.number < $1.epoch.number }
        if waiting.count > Self.waitingLimit {
            waiting.removeLast()
            hasDropped = true
        }
    }

    private var underWay: SignedEpoch? {
        switch step {
        case .idle: nil
        case .trying(let epoch, _, _), .writing(let epoch), .applying(let epoch), .cutting(let epoch): epoch
        }
    }

    /// Looks at an offer when nothing is under way.
    private mutating func consider(_ offer: SignedEpoch, _ now: UnixTime) -> [Action] {
        let number = offer.epoch.number
        if let held {
            if offer.hash == held.hash {
                guard isInForce else { return begin(held, isRestored: true, now) }
                return [.acknowledge(EpochAcknowledgement(number: number, hash: held.hash, cut: .nothing))]
            }
            if number < held.epoch.number { return [.refuse(EpochRefusal(number: number, .goesBack(held: held.epoch.number)))] }
            // Past here a refusal is about somebody's signature, so the signature comes first: a fork is claimed of nobody who
            // did not sign it.
            if let refusal = refusal(of: offer) { return [.refuse(refusal)] }
            if number == held.epoch.number { return [.refuse(EpochRefusal(number: number, .fork(held: number)))] }
            guard number == held.epoch.number + 1 else {
                let refusal = Action.refuse(EpochRefusal(number: number, .gap(held: held.epoch.number)))
                // Who asks again for what has just failed is answered with both again, and so on without end.
                return failed == nil ? [refusal, .ask(from: held.epoch.number + 1)] : [refusal]
            }
            guard offer.epoch.previousHash == held.hash else {
                return [.refuse(EpochRefusal(number: number, .fork(held: held.epoch.number)))]
            }
        } else if let refusal = refusal(of: offer) {
            return [.refuse(refusal)]
        }
        return begin(offer, isRestored: false, now)
    }

    private func refusal(of offer: SignedEpoch) -> EpochRefusal? {
        let number = offer.epoch.number
        guard offer.epoch.trustDomain == own.identity.trustDomain else {
            return EpochRefusal(number: number, .wrongDomain(offer.epoch.trustDomain))
        }
        do throws(EpochSignerError) {
            try verifier.verify(offer, roots: held?.epoch.roots.map(\.certificate) ?? firstRoots)
            return nil
        } catch {
            return EpochRefusal(number: number, .untrustedSigner(error))
        }
    }

    // MARK: Steps

    private mutating func begin(_ epoch: SignedEpoch, isRestored: Bool, _ now: UnixTime) -> [Action] {
        let isDenied = DenySet(epoch.epoch.denials).denial(of: own.chain, identity: own.identity, at: now) != nil
        let mayLockOut = isDenied || held.map { !lists($0) } ?? false
        step = .trying(epoch, mayLockOut: mayLockOut, isRestored: isRestored)
        return [.tryOut(epoch, mayLockOut: mayLockOut)]
    }

    private mutating func tried(_ failure: EpochTrialFailure?) -> [Action] {
        guard case .trying(let epoch, let mayLockOut, let isRestored) = step else { return [] }
        if let failure, !(mayLockOut && failure == .locksItselfOut) {
            return fail(epoch, .trialFailed(failure)) + (failure == .locksItselfOut ? [.renew] : [])
        }
        failed = nil
        if isRestored {
            step = .applying(epoch)
            return [.apply(epoch)]
        }
        step = .writing(epoch)
        return [.write(epoch)]
    }

    private mutating func written(_ failure: String?) -> [Action] {
        guard case .writing(let epoch) = step else { return [] }
        if let failure { return fail(epoch, .notWritten(failure)) }
        step = .applying(epoch)
        held = epoch
        return [.apply(epoch)]
    }

    private mutating func fail(_ epoch: SignedEpoch, _ reason: EpochRefusal.Reason) -> [Action] {
        step = .idle
        failed = epoch
        // What waits follows from this one: without it, it is worth nothing.
        waiting = []
        return [.refuse(EpochRefusal(number: epoch.epoch.number, reason))]
    }

    private mutating func finish(_ cut: EpochCut, _ now: UnixTime) -> [Action] {
        guard case .cutting(let epoch) = step else { return [] }
        step = .idle
        var actions: [Action] = [.acknowledge(EpochAcknowledgement(number: epoch.epoch.number, hash: epoch.hash, cut: cut))]
        if let denial = denySet.denial(of: own.chain, identity: own.identity, at: now) {
            actions.append(.tellDenied(denial))
        } else {
            actions += renewal(under: epoch)
        }
        if epoch.epoch.minimumProtocol > protocolLevel {
            actions.append(.tellOutdated(minimumProtocol: epoch.epoch.minimumProtocol))
        }
        return actions + next(now)
    }

    private mutating func certificateChanged(_ own: Own, _ now: UnixTime) -> [Action] {
        self.own = own
        // A trial under way was made with the certificate before: its outcome tells nothing of this one.
        if case .trying(let epoch, _, let isRestored) = step { return begin(epoch, isRestored: isRestored, now) }
        guard case .idle = step else { return [] }
        if let failed {
            self.failed = nil
            return failed.hash == held?.hash ? begin(failed, isRestored: true, now) : consider(failed, now)
        }
        return held.map(renewal) ?? []
    }

    /// Asked for when another issuer signs than the one of the node's certificate. Not for an epoch that does not know that issuer: the
    /// certificate is newer than it, and so is what a renewal would bring.
    private func renewal(under epoch: SignedEpoch) -> [Action] { lists(epoch) && !isActive(epoch) ? [.renew] : [] }

    private func lists(_ epoch: SignedEpoch) -> Bool { epoch.epoch.issuers.contains { $0.certificate == own.issuer } }

    private func isActive(_ epoch: SignedEpoch) -> Bool {
        epoch.epoch.issuers.contains { $0.certificate == own.issuer && $0.standing == .active }
    }

    /// Takes up what has waited; asks when it is not the next one.
    private mutating func next(_ now: UnixTime) -> [Action] {
        let above = held?.epoch.number ?? 0
        waiting.removeAll { $0.epoch.number <= above }
        guard let first = waiting.first else {
            defer { hasDropped = false }
            return hasDropped ? [.ask(from: above + 1)] : []
        }
        waiting.removeFirst()
        return consider(first, now)
    }
}
