@testable import SampanHTTP2
import Testing

@Suite("Streams that never left")
struct NeverLeftTests {
    @Test("a request after a GOAWAY never left; one on its way that the GOAWAY leaves out did")
    func goAway() throws {
        let pair = try SessionPair()
        _ = try pair.request()
        try pair.settle()
        let onItsWay = try pair.request()
        _ = try pair.client.output()
        pair.server.session.submitGoAway(.noError)
        try pair.settle()
        let late = try pair.request()
        try pair.settle()
        #expect(onItsWay.closures == [.refusedStream] && !onItsWay.neverLeft)
        #expect(late.closures == [.refusedStream] && late.neverLeft)
    }

    @Test("when the connection is lost, only what was not written never left")
    func lost() throws {
        let pair = try SessionPair()
        try pair.settle()
        let written = try pair.request()
        _ = try pair.client.output()
        let queued = try pair.request()
        pair.client.session.closeStreams(.connectionLost)
        #expect(written.closures == [.connectionLost] && !written.neverLeft)
        #expect(queued.closures == [.connectionLost] && queued.neverLeft)
    }

    @Test("a stream that has been closed can be put on another session, with nothing of what it had queued")
    func renewed() throws {
        let first = try SessionPair()
        try first.settle()
        let stream = try first.request()
        first.client.session.send([1, 2, 3], on: stream)
        // As long as it is open, nothing happens to it.
        stream.renew()
        #expect(stream.id == 1 && stream.outboundBytes == 3)
        first.client.session.closeStreams(.connectionLost)
        stream.renew()
        #expect(stream.outboundBytes == 0 && !stream.neverLeft)
        let second = try SessionPair()
        try second.settle()
        try second.client.session.submitRequest(SessionPair.head(), stream: stream)
        second.client.session.send([4], on: stream)
        second.client.session.finish(stream)
        try second.settle()
        #expect(second.server.streams[0].body == [4])
        second.server.session.submitResponseOnly(SessionPair.ok, stream: second.server.streams[0])
        try second.settle()
        #expect(stream.closures == [.connectionLost, .noError])
        #expect(second.client.session.streamCount == 0)
    }
}
