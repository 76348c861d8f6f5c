"""Make a derived copy in which nobody can be recognised; the original is never touched.

Pure of Django and of tables: files in, files out. The way of a copy (ADR 0064):

    reading   decode, upright pictures on one clock
    faces     CenterFace finds faces, also of people who lie on the ground
    tracks    faces become tracks over time, held when they are lost for a moment
    project   tracks, boxes drawn by hand and muted seconds: data, with one hash
    masks     what is covered in a frame
    writing   a fresh encode without anything that came with the original
    checking  the finished copy is read again; one visible face, and it is refused
"""
