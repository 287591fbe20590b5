internal import SampanRPC

extension ServerConnection {
    /// Where a call is counted that its peer has made by itself, of a method that is served here.
    /// Unmanaged, as all series live as long as their loop, and every call asks.
    func series(of handler: MethodHandler) -> Unmanaged<CallSeries> {
        if unsafe countedHandler == ObjectIdentifier(handler), let known = unsafe countedSeries { return unsafe known }
        return unsafe seriesNotCountedLast(handler)
    }

    @inline(never) private func seriesNotCountedLast(_ handler: MethodHandler) -> Unmanaged<CallSeries> {
        let series = unsafe Unmanaged.passUnretained(series(handler.method, peer))
        unsafe countedHandler = ObjectIdentifier(handler)
        unsafe countedSeries = series
        return unsafe series
    }

    /// The same of a call that somebody else has made, as `caller` says.
    func series(_ method: MethodDescriptor, _ caller: Peer) -> CallSeries {
        unsafe seriesCache.find(method, caller) ?? makeSeries(method, method.label, caller, .served, route: "")
    }

    /// Where a call that goes on is counted.
    func series(_ departure: Departure, _ caller: Peer) -> CallSeries {
        if let known = unsafe seriesCache.find(departure.method, caller) { return known }
        return makeSeries(departure.method, loop.calls.name(ofRelayed: departure.method), caller, .relayed, route: departure.target)
    }

    @inline(never) private func makeSeries(
        _ method: MethodDescriptor, _ name: String, _ caller: Peer, _ direction: CallLabels.Direction, route: String
    ) -> CallSeries {
        let series = loop.calls.series(
            CallLabels(direction, method: name, peer: caller.identity?.institution ?? "", route: route))
        unsafe seriesCache.keep(series, for: method, caller)
        return series
    }

    /// Where calls are counted that are of no method that is known here.
    var otherSeries: CallSeries {
        if let known = unsafe seriesCache.other { return known }
        let series = loop.calls.series(CallLabels(.served, method: CallLabels.other, peer: peer.identity?.institution ?? ""))
        unsafe seriesCache.other = series
        return series
    }
}
