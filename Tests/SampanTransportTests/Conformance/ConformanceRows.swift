import SampanSiege

extension ConformanceTests {
    typealias Row = ConformanceRow
    typealias F = RawFrame

    private static let (protocolError, flowError, streamClosed): (UInt32, UInt32, UInt32) = (1, 3, 5)
    private static let (sizeError, calm): (UInt32, UInt32) = (6, 11)
    /// A call whose request is open; its handler waits.
    private static func open(_ stream: UInt32) -> [UInt8] { F.head(stream, "/test.Echo/Up") }
    private static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> [UInt8] { F.frame(F.reset, 0, stream, F.word(code)) }
    private static func window(_ stream: UInt32, _ increment: UInt32) -> [UInt8] {
        F.frame(F.windowUpdate, 0, stream, F.word(increment))
    }

    /// RFC 9113 §4: frame format and size, field sections.
    static let framing: [Row] = [
        Row("4", "a whole call", F.call(1), .answered(1)),
        Row("4.1", "an unknown frame type", F.frame(0xBE, 0xFF, 0, [1, 2, 3]), .ignored),
        Row("4.1", "an unknown frame type on an idle stream", F.frame(0xBE, 0, 9, [1]) + F.call(1), .answered(1)),
        Row("4.1", "unknown flags", F.frame(F.ping, 0xFE, 0, [1, 1, 1, 1, 1, 1, 1, 1]), .ignored),
        Row(
            "4.1", "the reserved bit of the stream id", F.head(0x8000_0001, "/test.Echo/Up") + F.frame(F.data, 1, 0x8000_0001), .answered(1)
        ),
        Row("4.2", "HEADERS over the frame size", F.frame(F.headers, 4, 1, [UInt8](repeating: 0, count: 16_385)), .connection(sizeError)),
        Row("4.2", "SETTINGS over the frame size", F.frame(F.settings, 0, 0, [UInt8](repeating: 0, count: 16_386)), .connection(sizeError)),
        Row(
            "4.2", "DATA over the frame size", open(1) + F.frame(F.data, 0, 1, [UInt8](repeating: 0, count: 16_385)),
            .either(1, sizeError)),
        Row(
            "4.2", "DATA of just the frame size", open(1) + F.frame(F.data, 0, 1, [0, 0, 0, 64, 0] + [UInt8](repeating: 0, count: 16_379)),
            .ignored),
        Row(
            "4.2", "an unknown frame over the frame size", F.frame(0xBE, 0, 0, [UInt8](repeating: 0, count: 16_385)), .connection(sizeError)
        ),
        Row("4.3", "a block cut into CONTINUATIONs", cutBlock(1) + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]), .answered(1)),
        Row(
            "4.3", "PING inside a block", F.frame(F.headers, 0, 1, F.block()) + F.frame(F.ping, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
            .connection(protocolError)),
        Row("4.3", "an unknown frame inside a block", F.frame(F.headers, 0, 1, F.block()) + F.frame(0xBE), .connection(protocolError)),
        Row(
            "4.3", "another stream's CONTINUATION inside a block", F.frame(F.headers, 0, 1, F.block()) + F.frame(F.continuation, 4, 3),
            .connection(protocolError)),
    ]

    private static func cutBlock(_ stream: UInt32) -> [UInt8] {
        let block = F.block()
        return F.frame(F.headers, 0, stream, Array(block.prefix(3))) + F.frame(F.continuation, 0, stream, Array(block[3..<20]))
            + F.frame(F.continuation, 0, stream) + F.frame(F.continuation, 4, stream, Array(block[20...]))
    }

    /// RFC 9113 §5: stream states, identifiers, concurrency.
    static let streams: [Row] = [
        Row("5.1", "DATA on an idle stream", F.frame(F.data, 0, 1, [1]), .connection(protocolError)),
        Row("5.1", "RST_STREAM on an idle stream", reset(1), .connection(protocolError)),
        Row("5.1", "WINDOW_UPDATE on an idle stream", window(1, 1), .connection(protocolError)),
        Row("5.1", "CONTINUATION on an idle stream", F.frame(F.continuation, 4, 1), .connection(protocolError)),
        Row("5.1", "PRIORITY on an idle stream", F.frame(F.priority, 0, 1, F.word(0) + [1]), .ignored),
        Row(
            "5.1", "DATA after END_STREAM",
            F.head(1, "/test.Echo/Hang") + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]) + F.frame(F.data, 0, 1, [1]), .either(1, streamClosed)),
        Row(
            "5.1", "HEADERS after END_STREAM", F.head(1, "/test.Echo/Hang") + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]) + F.head(1),
            .either(1, streamClosed)),
        Row("5.1", "WINDOW_UPDATE after END_STREAM", F.call(1) + window(1, 1), .answered(1)),
        Row("5.1", "RST_STREAM after END_STREAM", F.call(1) + reset(1), .ignored),
        // §5.1, closed: an endpoint MAY treat these as errors. nghttp2 forgets closed streams, and so ignores what comes on them.
        Row("5.1", "DATA after RST_STREAM", open(1) + reset(1) + F.frame(F.data, 0, 1, [1]), .ignored),
        Row("5.1", "HEADERS after RST_STREAM", open(1) + reset(1) + F.head(1), .ignored),
        Row("5.1", "RST_STREAM twice", open(1) + reset(1) + reset(1), .ignored),
        Row("5.1", "PRIORITY on a closed stream", open(1) + reset(1) + F.frame(F.priority, 0, 1, F.word(0) + [1]), .ignored),
        Row("5.1.1", "an even stream", F.head(2), .connection(protocolError)),
        // Opening 5 has closed 3 (§5.1.1): as above.
        Row("5.1.1", "a stream below one that was opened", open(5) + open(3) + F.call(7), .answered(7)),
        Row("5.1.1", "stream ids that leave some out", F.call(1) + F.call(77), .answered(77)),
        Row("5.1.1", "the last stream id", F.call(0x7FFF_FFFF), .answered(0x7FFF_FFFF)),
        Row(
            "5.3.1", "HEADERS that depends on itself", F.frame(F.headers, F.endHeaders | F.prioritized, 1, F.word(1) + [1] + F.block()),
            .either(1, protocolError)),
        Row("5.3.1", "PRIORITY that depends on itself", open(1) + F.frame(F.priority, 0, 1, F.word(1) + [1]), .either(1, protocolError)),
    ]

    /// RFC 9113 §6: frame definitions.
    static let frames: [Row] = [
        Row("6.1", "DATA on stream 0", F.frame(F.data, 0, 0, [1]), .connection(protocolError)),
        Row("6.1", "padding as long as the payload", open(1) + F.frame(F.data, F.padded, 1, [3, 0, 0]), .connection(protocolError)),
        Row("6.1", "padded DATA", F.head(1) + F.frame(F.data, F.padded | 1, 1, [2, 0, 0, 0, 0, 1, 7, 0, 0]), .answered(1)),
        // §4.2 would have FRAME_SIZE_ERROR; nghttp2 says PROTOCOL_ERROR.
        Row("6.1", "PADDED without a length", open(1) + F.frame(F.data, F.padded, 1), .connection(protocolError)),
        Row("6.2", "HEADERS on stream 0", F.head(0), .connection(protocolError)),
        Row("6.2", "padding over the block", F.frame(F.headers, 4 | F.padded, 1, [200] + F.block()), .connection(protocolError)),
        Row(
            "6.2", "padded HEADERS with priority",
            F.frame(F.headers, 4 | F.padded | F.prioritized, 1, [1] + F.word(0) + [9] + F.block() + [0])
                + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]), .answered(1)),
        Row("6.3", "PRIORITY on stream 0", F.frame(F.priority, 0, 0, F.word(1) + [1]), .connection(protocolError)),
        Row("6.3", "PRIORITY of 4 bytes", F.frame(F.priority, 0, 1, F.word(0)), .either(1, sizeError)),
        Row("6.4", "RST_STREAM on stream 0", reset(0), .connection(protocolError)),
        Row("6.4", "RST_STREAM of 3 bytes", open(1) + F.frame(F.reset, 0, 1, [0, 0, 8]), .connection(sizeError)),
        Row("6.4", "RST_STREAM with an unknown code", open(1) + reset(1, 0xFFFF), .ignored),
        Row("6.5", "SETTINGS on a stream", F.frame(F.settings, 0, 1), .connection(protocolError)),
        Row("6.5", "SETTINGS of 5 bytes", F.frame(F.settings, 0, 0, [0, 3, 0, 0, 0]), .connection(sizeError)),
        Row("6.5", "an acknowledgement with content", F.frame(F.settings, 1, 0, F.setting(3, 1)), .connection(sizeError)),
        Row("6.5", "33 settings", F.frame(F.settings, 0, 0, (0..<33).flatMap { _ in F.setting(3, 1) }), .connection(calm)),
        Row("6.5.2", "an unknown setting", F.frame(F.settings, 0, 0, F.setting(0xBEEF, 1)), .ignored),
        Row("6.5.2", "ENABLE_PUSH of 2", F.frame(F.settings, 0, 0, F.setting(2, 2)), .connection(protocolError)),
        Row("6.5.2", "a window over 2^31 - 1", F.frame(F.settings, 0, 0, F.setting(4, 0x8000_0000)), .connection(flowError)),
        Row("6.5.2", "a frame size under 16,384", F.frame(F.settings, 0, 0, F.setting(5, 16_383)), .connection(protocolError)),
        Row("6.5.2", "a frame size over 2^24 - 1", F.frame(F.settings, 0, 0, F.setting(5, 1 << 24)), .connection(protocolError)),
        Row(
            "6.5.2", "every setting at its end",
            F.frame(
                F.settings, 0, 0,
                F.setting(1, .max) + F.setting(3, .max) + F.setting(4, 0x7FFF_FFFF) + F.setting(5, 0xFF_FFFF) + F.setting(6, .max))
                + F.call(1), .answered(1)),
        Row("6.6", "PUSH_PROMISE from a client", open(1) + F.frame(F.push, 4, 1, F.word(2) + F.block()), .connection(protocolError)),
        Row("6.7", "PING on a stream", F.frame(F.ping, 0, 1, [0, 0, 0, 0, 0, 0, 0, 0]), .connection(protocolError)),
        Row("6.7", "PING of 7 bytes", F.frame(F.ping, 0, 0, [0, 0, 0, 0, 0, 0, 0]), .connection(sizeError)),
        Row("6.7", "an answer that nobody asked for", F.frame(F.ping, 1, 0, [9, 9, 9, 9, 9, 9, 9, 9]), .ignored),
        Row("6.8", "GOAWAY on a stream", F.frame(F.goAway, 0, 1, F.word(0) + F.word(0)), .connection(protocolError)),
        Row("6.8", "GOAWAY of 7 bytes", F.frame(F.goAway, 0, 0, [0, 0, 0, 0, 0, 0, 0]), .connection(sizeError)),
        Row("6.9", "WINDOW_UPDATE of 0 for the connection", window(0, 0), .connection(protocolError)),
        Row("6.9", "WINDOW_UPDATE of 0 for a stream", open(1) + window(1, 0), .either(1, protocolError)),
        Row("6.9", "WINDOW_UPDATE of 3 bytes", F.frame(F.windowUpdate, 0, 0, [0, 0, 1]), .connection(sizeError)),
        Row("6.9.1", "the connection's window over 2^31 - 1", window(0, 0x7FFF_FFFF) + window(0, 1), .connection(flowError)),
        Row("6.9.1", "a stream's window over 2^31 - 1", open(1) + window(1, 0x7FFF_FFFF), .stream(1, flowError)),
        Row(
            "6.9.2", "SETTINGS that take a stream's window over 2^31 - 1",
            open(1) + window(1, 0x7FFF_0000 - 65_535) + F.frame(F.settings, 0, 0, F.setting(4, 0x7FFF_FFFF)), .either(1, flowError)),
        Row(
            "6.9.2", "a window below zero",
            F.frame(F.settings, 0, 0, F.setting(4, 0)) + open(1) + F.frame(F.settings, 0, 0, F.setting(4, 9))
                + F.frame(F.settings, 0, 0, F.setting(4, 0)), .ignored),
        Row("6.10", "CONTINUATION after the end of a block", open(1) + F.frame(F.continuation, 4, 1), .connection(protocolError)),
        Row(
            "6.10", "CONTINUATION on stream 0", F.frame(F.headers, 0, 1, F.block()) + F.frame(F.continuation, 4, 0),
            .connection(protocolError)),
    ]
}
