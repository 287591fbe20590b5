extension EventLoopGroup {
    /// What the calls of all loops came to, added up. From any task; each loop answers in its next turn.
    package func callFigures() async -> [CallFigures] {
        var parts: [[CallFigures]] = []
        for loop in loops { parts.append(await loop.run { loop.callFigures }) }
        return CallFigures.merged(parts)
    }

    /// How busy each loop has been, in their order. From any task.
    package func loopFigures() async -> [LoopFigures] {
        var figures: [LoopFigures] = []
        for loop in loops { figures.append(await loop.run { loop.figures }) }
        return figures
    }
}
