"""The template workbook, which is the configuration: ``build`` makes the default one, ``read`` reads any."""
