using NodePortLab;

// What a NodePort Service does with packets, shown on a simulated cluster of four nodes: see Lab for the story.
string manifests = Path.Combine(AppContext.BaseDirectory, "samples", "nodeport-lab");
new Lab(manifests, new LabPage(Console.Out, colour: !Console.IsOutputRedirected)).Play();
