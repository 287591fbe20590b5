/// Tells a channel which endpoints there are, now and later. Names among them are looked up by the channel.
public protocol EndpointSource: Sendable {
    /// Called once, when the channel makes its first call. Hands over the list of the moment and every later one, in order of
    /// preference, from any thread. An endpoint that is gone from a list gets no new calls; those under way may end.
    func watch(_ receive: @escaping @Sendable ([Endpoint]) -> Void)
    /// A connection has failed: who can look again may do so. Called often; the source limits its own rate.
    func refresh()
    /// The channel has ended: the source lets go of what `watch` gave it.
    func stop()
}

extension EndpointSource {
    public func refresh() {}
    public func stop() {}
}

/// A list that does not change.
struct FixedEndpoints: EndpointSource {
    let endpoints: [Endpoint]

    func watch(_ receive: @escaping @Sendable ([Endpoint]) -> Void) { receive(endpoints) }
}
