"""What is drawn: filters, charts, maps, cards, panels, exports. Knows the engine; the engine never knows it."""
