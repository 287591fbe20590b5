internal import SampanAPI
package import SampanRPC
internal import Synchronization

/// The policy of a node, replaced while it serves (PL-05): every question is answered by one policy whole, the one in force at that moment.
///
/// ```
/// in force ──text of an epoch──► read ──► trial (no lock-out) ──take──► in force          fails anywhere ──► as before
/// ```
/// Calls that were admitted go on; what a handler asks later (`requireData`) is asked of the policy that is in force then. Streams that
/// stay open under a policy that would not admit them are ended by `GRPCServer.endStreams` with `denial(of:)`. Safe from any thread; a call
/// costs one short lock more than `AccessPolicy` itself.
package final class LivePolicy: CallInterceptor {
    /// Reads a policy's text. Throws a refusal with the line.
    package typealias Reader = @Sendable (_ text: String) throws(PolicyRefusal) -> [PolicyRule]
    package typealias Audit = @Sendable (AccessPolicy.DeniedCall) -> Void

    /// A policy that was read and found fit for this node, and is not in force.
    package struct Trial: Sendable {
        /// SHA-256 of its text, 32 bytes.
        package let hash: [UInt8]
        /// How many rules it has.
        package let ruleCount: Int
        fileprivate let inForce: InForce
    }

    /// One policy, as all calls see it. A class, so that a call copies a reference under the lock and nothing more.
    fileprivate final class InForce: Sendable {
        let policy: AccessPolicy
        let hash: [UInt8]

        init(_ edition: PolicyEdition, _ methods: [MethodDescriptor], _ audit: Audit?) {
            policy = AccessPolicy(edition.rules, for: methods, hash: edition.hash, audit: audit)
            hash = edition.hash
        }
    }

    /// Bytes of a policy's text, at most: what an epoch carries.
    package static let textBytes = 1 << 20

    private let methods: [MethodDescriptor]
    private let own: Mutex<PolicyEdition>
    private let read: Reader
    private let audit: Audit?
    private let current: Mutex<InForce>

    /// Starts with the node's own policy, which is taken as it is: a node must be able to start.
    /// - Parameters:
    ///   - own: what holds until an epoch brings another, and again when one brings none.
    ///   - methods: those that the node serves.
    ///   - audit: told of every denial, on the thread of the call, before its caller is; must not block.
    package init(own: PolicyEdition, for methods: [MethodDescriptor], read: @escaping Reader, audit: Audit? = nil) {
        self.own = Mutex(own)
        self.methods = methods
        self.read = read
        self.audit = audit
        current = Mutex(InForce(own, methods, audit))
    }

    /// SHA-256 of the policy in force, 32 bytes: what acknowledgements of an epoch repeat.
    package var hash: [UInt8] { inForce.hash }

    private var inForce: InForce { current.withLock { $0 } }

    // MARK: Another policy

    /// Reads and checks a policy and changes nothing. An empty text stands for the node's own policy. Throws with the line of what is
    /// wrong, and for a policy that would lock the region out. Some milliseconds for a policy of thousands of lines: not on a loop.
    package func `try`(text: String) throws(PolicyRefusal) -> Trial {
        guard text.utf8.count <= Self.textBytes else {
            throw PolicyRefusal("has \(text.utf8.count) bytes; a policy has at most \(Self.textBytes)")
        }
        let edition = text.isEmpty ? own.withLock { $0 } : try PolicyEdition(try read(text), text: text)
        try LockOutGuard.check(edition.rules, for: methods)
        return Trial(hash: edition.hash, ruleCount: edition.rules.count, inForce: InForce(edition, methods, audit))
    }

    /// Puts a policy that was tried in force, from the next question on.
    package func take(_ trial: Trial) {
        // The one before is let go outside of the lock.
        _ = current.withLock { current in
            let before = current
            current = trial.inForce
            return before
        }
    }

    /// Both: what a node does with the policy of an epoch. Returns the hash now in force; throws as `try` does, and what was in force
    /// stays.
    package func replace(text: String) throws(PolicyRefusal) -> [UInt8] {
        let trial = try self.try(text: text)
        take(trial)
        return trial.hash
    }

    /// Has another policy be the node's own. Where its own was in force the other is from the next question on; under a policy of the
    /// region it waits until there is none. Returns whether anything is in force that was not. Throws, with nothing changed, for a policy
    /// that would lock the region out.
    package func replaceOwn(with edition: PolicyEdition) throws(PolicyRefusal) -> Bool {
        try LockOutGuard.check(edition.rules, for: methods)
        let inForce = InForce(edition, methods, audit)
        let before = own.withLock { own in
            defer { own = edition }
            return own.hash
        }
        return current.withLock { current in
            guard current.hash == before, before != edition.hash else { return false }
            current = inForce
            return true
        }
    }

    // MARK: Questions

    package func admit(_ context: CallContext) throws(RPCError) { try inForce.policy.admit(context) }

    /// Why a call that was admitted is not any more, audited; nil where it still is.
    package func denial(of context: CallContext) -> RPCError? {
        do throws(RPCError) {
            try inForce.policy.admit(context)
            return nil
        } catch {
            return error
        }
    }

    /// As `AccessPolicy.requireData`: method and data both, by the policy in force now.
    package func requireData(of institution: String, _ context: CallContext) throws(RPCError) {
        try inForce.policy.requireData(of: institution, context)
    }

    /// What the policy in force says; changes nothing and is not audited.
    package func decide(_ identity: PeerIdentity?, _ method: MethodDescriptor) -> PolicyDecision { inForce.policy.decide(identity, method) }

    /// Whether a role may call any method of a service: what server reflection shows it.
    package func allows(_ role: PeerIdentity.Role, anyOf service: String) -> Bool { inForce.policy.allows(role, anyOf: service) }
}
