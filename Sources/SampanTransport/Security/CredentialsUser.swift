/// A server or a channel whose connections are made with live credentials. It joins them, and leaves when it has no connections any more.
protocol CredentialsUser: AnyObject, Sendable {
    /// Other credentials, or other denials, are in force: what was waited for may work now. From any task.
    func credentialsChanged()
    /// Ends the connections of peers for which `why` has a reason. From any task.
    func cut(_ why: @escaping AdmissionGate.Question) async -> CutReport
    /// Has connections that `which` names take no new calls. From any task.
    func drain(_ which: @escaping @Sendable (ConnectionTrust) -> Bool) async
    /// Connections of peers that `which` names. From any task.
    func count(_ which: @escaping @Sendable (VerifiedPeer) -> Bool) async -> ConnectionCount
    /// How its connections are, of peers that `which` names. From any task.
    func figures(_ which: @escaping @Sendable (VerifiedPeer) -> Bool) async -> [ConnectionFigures]
}
